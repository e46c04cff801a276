import { describe, test } from "vitest";

/** One promise, by the name that `skips` uses. */
export interface NamedCase {
  readonly name: string;
  readonly promise: string;
}

/** Why some cases are not checked, by name. */
export type Skips = Readonly<Partial<Record<string, string>>>;

/** Longer than any limit inside a case, so that a case says itself what it missed. */
const CASE_TIMEOUT_MS = 30_000;

/**
 * Makes a test of every case. A skipped one carries its reason in its title and in the report.
 *
 * @throws Error when `skips` names a case that is not there, or gives no reason.
 */
export function registerCases<Case extends NamedCase>(
  title: string,
  cases: readonly Case[],
  skips: Skips,
  run: (one: Case, skip: (reason: string) => never) => Promise<void>,
): void {
  checkSkips(cases, skips);
  // oxlint-disable-next-line vitest/valid-title -- it names the plugin under test
  describe(title, () => {
    // oxlint-disable-next-line vitest/expect-expect -- every case asserts; awaited bare, its own message is the first
    test.for(cases.map((one) => [titleOf(one, skips[one.name]), one] as const))(
      "%s",
      { timeout: CASE_TIMEOUT_MS },
      async ([, one], { skip }) => {
        const reason = skips[one.name];
        if (reason !== undefined) skip(reason);
        await run(one, skip);
      },
    );
  });
}

function titleOf({ name, promise }: NamedCase, reason: string | undefined): string {
  return reason === undefined ? `${name}: ${promise}` : `${name}: ${promise} (skipped: ${reason})`;
}

function checkSkips(cases: readonly NamedCase[], skips: Skips): void {
  const names = cases.map(({ name }) => name);
  for (const [name, reason = ""] of Object.entries(skips)) {
    if (!names.includes(name)) throw new Error(`skips names "${name}", which is no case. Cases: ${names.join(", ")}`);
    if (reason.trim() === "") throw new Error(`skips["${name}"] needs a reason`);
  }
}

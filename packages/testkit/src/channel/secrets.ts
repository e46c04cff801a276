import { type LoongError, type Problem, isLoongError } from "@loong/sdk";
import type { ChannelPlugin } from "@loong/sdk";
import { expect } from "vitest";
import type { ChannelHarness } from "./harness.ts";

/** The values of both accounts that the schema marks `secret`: they may stand in no error, problem or log line. */
export function secretsOf<Account>(plugin: ChannelPlugin<Account>, harness: ChannelHarness<Account>): string[] {
  const { properties = {} } = plugin.accounts.schema as { properties?: Record<string, { secret?: boolean }> };
  const names = Object.keys(properties).filter((name) => properties[name]?.secret === true);
  const accounts = [harness.account, harness.wrongAccount] as Record<string, unknown>[];
  return accounts
    .flatMap((account) => names.map((name) => account[name]))
    .filter((value) => typeof value === "string")
    .filter((value) => value.length >= 4);
}

/** A coded error with a hint, as every channel throws it, and without a secret. */
export function expectCoded<Account>(
  error: unknown,
  plugin: ChannelPlugin<Account>,
  harness: ChannelHarness<Account>,
): LoongError {
  if (!isLoongError(error)) {
    throw new Error(`the channel threw something else than a LoongError: ${String(error)}`, { cause: error });
  }
  expectProblem({ ...error.toJSON(), hint: error.hint ?? "" }, secretsOf(plugin, harness));
  return error;
}

/** A code, a message, and a hint that says what to do. */
export function expectProblem({ code, message, hint }: Problem, secrets: readonly string[]): void {
  expect(code, "its code").toMatch(/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/);
  expect(message, `the message of ${code}`).not.toBe("");
  expect(hint ?? "", `the hint of ${code}`).not.toBe("");
  for (const secret of secrets) expect(`${message}\n${hint}`, `what ${code} says`).not.toContain(secret);
}

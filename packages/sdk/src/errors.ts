import type { Problem } from "./channel.ts";

/**
 * What a failed call means for the words it carried. Channels classify; `delivery` and the supervisor decide once, for
 * all channels.
 *
 * - `not-sent`: the platform has not taken it; the same send is safe to repeat, after `retryAfterMs` when given.
 * - `rejected`: the platform refuses this message for good.
 * - `bad-credentials`: the platform refuses this account until its credentials change.
 * - `conflict`: somebody else holds the connection of this account.
 * - `unknown`: bytes may have been taken; nobody can tell.
 */
export type FailureOutcome = "not-sent" | "rejected" | "bad-credentials" | "conflict" | "unknown";

/** What a `LoongError` may know beside its code and message. */
export interface LoongErrorOptions {
  /** The command or config key that mends it. */
  readonly hint?: string;
  readonly outcome?: FailureOutcome;
  /** How long the platform asks to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** What led to it. Stays in this process, since it may hold a secret. */
  readonly cause?: unknown;
}

/** The one error class: a code, what happened, and a hint with the command or key that mends it. */
export class LoongError extends Error {
  override readonly name = "LoongError";
  /** `"ACME_TOKEN_REFUSED"`: stands in one error table, with the prefix of its package. */
  readonly code: string;
  readonly hint: string | undefined;
  readonly outcome: FailureOutcome | undefined;
  /** In milliseconds. */
  readonly retryAfterMs: number | undefined;

  /** @param message - What happened, in words for the operator and without a secret. */
  constructor(code: string, message: string, options: LoongErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.outcome = options.outcome;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** Plain data, for a process boundary or `--json`. The cause stays behind: it may hold a secret. */
  toJSON(): SerializedError {
    return {
      code: this.code,
      message: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.outcome === undefined ? {} : { outcome: this.outcome }),
      ...(this.retryAfterMs === undefined ? {} : { retryAfterMs: this.retryAfterMs }),
    };
  }
}

/** A `LoongError` as plain data. */
export interface SerializedError {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly outcome?: FailureOutcome;
  readonly retryAfterMs?: number;
}

/**
 * What a `LoongError` says to the operator, for a report: `problems: [problemOf(error)]`.
 *
 * @throws `error` itself when it is no `LoongError`: a fault of the plugin's own is not to be reported as the platform's.
 */
export function problemOf(error: unknown): Problem {
  if (!isLoongError(error)) throw error;
  const { code, message, hint } = error;
  return hint === undefined ? { code, message } : { code, message, hint };
}

/** Whether this is a `LoongError`, also one made by another copy of this package. */
export function isLoongError(error: unknown): error is LoongError {
  return (
    error instanceof Error && error.name === "LoongError" && typeof (error as { code?: unknown }).code === "string"
  );
}

/** One row of an error table. Functions take the facts of the case. */
export interface ErrorSpec<Args extends readonly unknown[]> {
  readonly message: string | ((...args: Args) => string);
  readonly hint: string | ((...args: Args) => string);
  /** Unless the case knows another one. */
  readonly outcome?: FailureOutcome;
}

type ErrorTable = Record<string, ErrorSpec<never>>;

type ArgsOf<Spec> = Longer<
  Spec extends { message: (...args: infer Args) => string } ? Args : readonly [],
  Spec extends { hint: (...args: infer Args) => string } ? Args : readonly []
>;

/** A row's message and hint are given the same facts; one of them may use fewer. */
type Longer<A extends readonly unknown[], B extends readonly unknown[]> = B extends readonly [...A, ...unknown[]]
  ? B
  : A;

/** Makes the error of one row; `options` adds the cause and what only this case knows. */
export type ErrorFactory<Args extends readonly unknown[]> = (
  args: Args,
  options?: Omit<LoongErrorOptions, "hint">,
) => LoongError;

/**
 * One table per package: `{ CODE: { message, hint, outcome? } }` becomes `{ CODE: factory }`, with `codes` beside them.
 *
 * @example throw hostErrors.GATEWAY_PORT_TAKEN([18789], { cause });
 */
export function defineErrors<const Table extends ErrorTable>(
  table: Table,
): { readonly [Code in keyof Table]: ErrorFactory<ArgsOf<Table[Code]>> } & { readonly codes: readonly string[] } {
  const factories: Record<string, unknown> = { codes: Object.keys(table) };
  for (const [code, spec] of Object.entries(table) as [string, ErrorSpec<readonly unknown[]>][]) {
    factories[code] = (args: readonly unknown[], options: LoongErrorOptions = {}) =>
      new LoongError(code, fill(spec.message, args), {
        ...(spec.outcome === undefined ? {} : { outcome: spec.outcome }),
        ...options,
        hint: fill(spec.hint, args),
      });
  }
  return factories as ReturnType<typeof defineErrors<Table>>;
}

function fill(text: string | ((...args: readonly unknown[]) => string), args: readonly unknown[]): string {
  return typeof text === "function" ? text(...args) : text;
}

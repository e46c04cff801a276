import type { HttpAnswer } from "@loong/guards";
import type { FailureOutcome, JsonValue, LoongError, OutboundContent } from "@loong/sdk";
import { webhookErrors } from "../errors.ts";

/** What can be said: files are not for webhooks. */
export type WordContent = Exclude<OutboundContent, { readonly type: "image" | "file" }>;

/** What is posted, and what was lost on the way into it. */
export interface Draft {
  readonly body: JsonValue;
  readonly degraded?: string;
}

/** A request before it goes out. */
export interface Outgoing {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: JsonValue;
}

type Table = typeof webhookErrors;
type MakeRefusal = (
  args: [receiver: string, said: string],
  options?: { outcome?: FailureOutcome; retryAfterMs?: number },
) => LoongError;
/** Rows of the error table that stand for what a receiver answers. */
export type RefusalRow = Exclude<
  { [Code in keyof Table]: Table[Code] extends MakeRefusal ? Code : never }[keyof Table],
  "WEBHOOK_PRIVATE_HOST" | "WEBHOOK_CARD_FORM" | "WEBHOOK_UNREACHABLE" | "WEBHOOK_NO_ANSWER" | "WEBHOOK_PROBE_DOUBT"
>;

/** An answer that is no success. */
export interface Refusal {
  readonly row: RefusalRow;
  /** In the receiver's own words. */
  readonly said: string;
  /** Instead of the row's own. */
  readonly outcome?: FailureOutcome;
  readonly retryAfterMs?: number;
}

/** How one kind of receiver is spoken to. Pure but for the parser that `write` may load. */
export interface Receiver {
  readonly label: string;
  readonly signs: boolean;
  readonly takesToken: boolean;
  /** @throws WEBHOOK_TOO_LONG, WEBHOOK_CARD_FORM */
  write(content: WordContent): Draft | Promise<Draft>;
  /** Adds what proves who we are. */
  authenticate(outgoing: Outgoing, nowMs: number): Outgoing;
  /** `undefined`: it was taken. */
  refusal(answer: HttpAnswer, nowMs: number): Refusal | undefined;
  readonly trial: Trial;
}

/** A request that shows nothing in the room, and what its answer proves. */
interface Trial {
  readonly method: "POST" | "OPTIONS";
  readonly body?: JsonValue;
  /** Refusals that only somebody who may write here gets. */
  readonly proof: ReadonlySet<RefusalRow>;
  /** What it cannot prove. */
  readonly doubt: string;
}

/** @throws WEBHOOK_TOO_LONG */
export function expectFits(receiver: string, what: string, size: number, max: number): void {
  if (size > max) throw webhookErrors.WEBHOOK_TOO_LONG([receiver, `${what}: ${size}, at most ${max}`]);
}

export function byteLength(body: JsonValue): number {
  return Buffer.byteLength(JSON.stringify(body));
}

export function isObject(value: JsonValue): value is { readonly [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

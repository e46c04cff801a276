import { type HttpAnswer, retryAfterMs } from "@loong/guards";
import type { Refusal, RefusalRow } from "./receiver.ts";

/** Which of a receiver's numbers mean which row. */
export type Meanings = Partial<Record<RefusalRow, readonly number[]>>;

/** `{ code, msg }`, under the names that this receiver uses. */
interface Coded {
  readonly code: number;
  readonly said: string;
}

/** Receivers that answer HTTP 200 with a number in it: 0 is success. */
export function refusalByCode(
  answer: HttpAnswer,
  nowMs: number,
  { names, rowOf }: { names: CodeNames; rowOf: (coded: Coded) => RefusalRow | undefined },
): Refusal | undefined {
  const coded = parseCoded(answer.text, names);
  if (coded === undefined) return foreign(answer, nowMs);
  if (coded.code === 0 && answer.status < 400) return undefined;
  const said = `${coded.code}${coded.said === "" ? "" : `: ${coded.said}`}`;
  const row = rowOf(coded);
  if (row === "WEBHOOK_RATE_LIMITED" || (row === undefined && answer.status === 429))
    return slowDown(answer, nowMs, said);
  return { row: row ?? (answer.status >= 500 ? "WEBHOOK_SERVER_ERROR" : "WEBHOOK_REFUSED"), said };
}

/** Names of the number and the words, the ones to prefer first. */
export interface CodeNames {
  readonly code: readonly string[];
  readonly said: readonly string[];
}

export function rowsByCode(meanings: Meanings): (coded: Coded) => RefusalRow | undefined {
  const rows = new Map(
    Object.entries(meanings).flatMap(([row, codes]) => codes.map((code) => [code, row as RefusalRow] as const)),
  );
  return ({ code }) => rows.get(code);
}

export function slowDown(answer: HttpAnswer, nowMs: number, said: string): Refusal {
  const waitMs = retryAfterMs(answer.headers, nowMs);
  return { row: "WEBHOOK_RATE_LIMITED", said, ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }) };
}

/** An answer in nobody's form: servers failing, or a proxy in between. */
export function foreign(answer: HttpAnswer, nowMs: number): Refusal {
  const { status } = answer;
  const said = `HTTP ${status}`;
  if (status === 429) return slowDown(answer, nowMs, said);
  if (status >= 500) return { row: "WEBHOOK_SERVER_ERROR", said };
  if (status >= 300 && status < 400) return { row: "WEBHOOK_REDIRECTED", said };
  // A client error was decided before the receiver's application saw the message.
  return { row: "WEBHOOK_BAD_ANSWER", said, ...(status >= 400 ? { outcome: "not-sent" } : {}) };
}

function parseCoded(text: string, names: CodeNames): Coded | undefined {
  try {
    const value = JSON.parse(text) as Record<string, unknown> | null;
    const code = first(value, names.code);
    // Some documents show the number as text.
    if (typeof code !== "number" && !(typeof code === "string" && /^-?\d+$/.test(code))) return undefined;
    const said = first(value, names.said);
    return { code: Number(code), said: typeof said === "string" ? said : "" };
  } catch {
    return undefined;
  }
}

function first(value: Record<string, unknown> | null, names: readonly string[]): unknown {
  return names.map((name) => value?.[name]).find((found) => found !== undefined);
}

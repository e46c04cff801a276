import type { LoongError } from "@loong/sdk";
import { wecomErrors } from "../errors.ts";
import type { Answer } from "./frame.ts";

/** The platform limits how often a bot connects, and says not for how long. */
const SUBSCRIBE_PAUSE_MS = 60_000;
const BUSY_PAUSE_MS = 2_000;
/** For limits that are not those of a chat; a chat's end with the minute. */
const LIMITED_PAUSE_MS = 60_000;

type Table = typeof wecomErrors;
type MakeRefusal = (args: [number, string], options?: { retryAfterMs?: number }) => LoongError;
/** Rows that stand for what the platform refuses. */
type Row = { [Code in keyof Table]: Table[Code] extends MakeRefusal ? Code : never }[keyof Table];

/**
 * The platform's numbers, by what they mean to us.
 *
 * @see https://developer.work.weixin.qq.com/document/path/101463 and …/90313 (read 2026-05); 6000, 846604 to 846609 and 853000
 * as several public clients report them (read 2026-10)
 */
const meanings: Partial<Record<Row, readonly number[]>> = {
  WECOM_CREDENTIALS_REJECTED: [853000, 853006],
  WECOM_NOT_SUBSCRIBED: [846609],
  WECOM_BUSY: [-1, 45033],
  WECOM_OVERLAP: [6000],
  WECOM_RATE_LIMITED: [846607],
  WECOM_API_LIMITED: [45009],
  WECOM_CHAT_REFUSED: [93001, 93006, 93008],
  WECOM_TOO_LONG: [45002],
  WECOM_TYPE_REFUSED: [40008],
  WECOM_SPAM: [40201],
  WECOM_REPLY_CLOSED: [846604, 846605],
  WECOM_STREAM_EXPIRED: [846608],
  WECOM_STREAM_UNSUPPORTED: [600039],
};

const rowOf: ReadonlyMap<number, Row> = new Map(
  Object.entries(meanings).flatMap(([row, codes]) => codes.map((code) => [code, row as Row] as const)),
);

const pauses: Partial<Record<Row, number>> = { WECOM_BUSY: BUSY_PAUSE_MS, WECOM_API_LIMITED: LIMITED_PAUSE_MS };

/** Turns a refusal into the one error that tells `delivery` and the operator what to do. */
export function classify({ code, detail }: Answer): LoongError {
  const row = rowOf.get(code) ?? "WECOM_REFUSED";
  const retryAfterMs = pauses[row];
  return wecomErrors[row]([code, detail], retryAfterMs === undefined ? {} : { retryAfterMs });
}

/** The same for the subscription, where 600041 is an older word for a wrong secret. */
export function classifySubscription({ code, detail }: Answer): LoongError {
  const args: [number, string] = [code, detail];
  if (code === 600041 || rowOf.get(code) === "WECOM_CREDENTIALS_REJECTED") {
    return wecomErrors.WECOM_CREDENTIALS_REJECTED(args);
  }
  if (code === 45009) return wecomErrors.WECOM_SUBSCRIBE_LIMITED(args, { retryAfterMs: SUBSCRIBE_PAUSE_MS });
  return wecomErrors.WECOM_SUBSCRIBE_REFUSED(args);
}

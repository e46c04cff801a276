import type { IncomingHttpHeaders } from "node:http";
import { LoongError, isLoongError } from "@loong/sdk";
import { feishuErrors } from "../errors.ts";

/** What was being done: a few numbers mean different things for different calls. */
export type Operation = "token" | "send" | "reply" | "edit" | "reaction" | "upload" | "download" | "read" | "card";

/** An answer of the platform that is not a success. */
export interface Refusal {
  readonly operation: Operation;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly code: number;
  readonly msg: string;
  /** Scopes the platform names when one is missing. */
  readonly scopes: readonly string[];
  readonly appId: string;
  readonly baseUrl: URL;
}

type Table = typeof feishuErrors;
type MakeRefusal = (args: [number, string], options?: { retryAfterMs?: number }) => LoongError;
/** Rows that stand for what the platform refuses. */
type Row = { [Code in keyof Table]: Table[Code] extends MakeRefusal ? Code : never }[keyof Table];

/**
 * The platform's numbers, by what they mean to us.
 *
 * @see https://open.feishu.cn/document/server-docs/api-call-guide/generic-error-code and the error tables of im-v1 and
 * cardkit-v1 (read 2026-05)
 */
const meanings: Partial<Record<Row, readonly number[]>> = {
  FEISHU_CREDENTIALS_REJECTED: [
    10003, 10014, 10015, 514, 1000040345, 1000040351, 99991543, 99991661, 99991665, 99991671,
  ],
  FEISHU_TOKEN_REFUSED: [99991663, 99991664],
  FEISHU_BOT_DISABLED: [99991668, 99991677, 230006],
  FEISHU_APP_DISABLED: [99991662, 99991673],
  FEISHU_IP_REFUSED: [99991401],
  FEISHU_RATE_LIMITED: [99991400, 230020, 11232, 11233],
  FEISHU_QUOTA_USED_UP: [99991403, 11247],
  FEISHU_SERVER_ERROR: [2200],
  FEISHU_SEND_UNDER_WAY: [230049],
  FEISHU_BAD_REQUEST: [10002, 230001, 230054, 9499, 99991201, 99991301, 99992402],
  FEISHU_TARGET_INVALID: [230034, 99992351, 99992352, 99992354, 99992360, 99992361],
  FEISHU_NOT_IN_CHAT: [230002],
  FEISHU_USER_OUT_OF_RANGE: [230013],
  FEISHU_NOT_ALLOWED: [230015, 230017, 230018, 230027, 230035, 230038, 230050, 230053],
  FEISHU_MESSAGE_GONE: [230011, 230026, 230110, 231003],
  FEISHU_THREAD_UNSUPPORTED: [230019, 230071, 230072],
  FEISHU_CONTENT_REFUSED: [230022, 230028],
  FEISHU_TOO_LONG: [230025],
  FEISHU_CARD_REFUSED: [
    230099, 11310, 200220, 200740, 200750, 200860, 300120, 300121, 300122, 300301, 300302, 300303, 300305, 300307,
    300310, 300311, 300312, 300313, 300314, 300315,
  ],
  FEISHU_CARD_SEQUENCE: [200770, 300317],
  FEISHU_CARD_STREAM_OVER: [200510, 200850, 300309],
  FEISHU_CARD_BUSY: [200810],
  FEISHU_EDIT_REFUSED: [230009, 230031, 230075],
  FEISHU_REACTION_REFUSED: [231001, 231002, 231007, 231008, 231010, 231011, 231015, 231017, 231018, 231022],
  FEISHU_CHAT_UNAVAILABLE: [232006, 232009, 232010, 232011, 232025, 232033, 232034],
  FEISHU_FILE_REFUSED: [
    230055, 234001, 234002, 234003, 234004, 234006, 234007, 234008, 234009, 234010, 234011, 234037, 234039, 234040,
    234041, 234042, 234043,
  ],
  FEISHU_CONTACT_REFUSED: [40001, 41012, 41050],
  FEISHU_LINK_BUSY: [1, 403, 1000040343],
  FEISHU_LINK_LIMIT: [1000040350],
};

const rowOf: ReadonlyMap<number, Row> = new Map(
  Object.entries(meanings).flatMap(([row, codes]) => codes.map((code) => [code, row as Row] as const)),
);

/** The token of the call is no longer good: fetch another one and try again, once. */
export function isTokenRefusal(error: unknown): boolean {
  return isLoongError(error) && error.code === "FEISHU_TOKEN_REFUSED";
}

/** Turns a refusal into the one error that tells `delivery` and the operator what to do. */
export function classify(refusal: Refusal): LoongError {
  const { code, msg, operation, status, headers } = refusal;
  if (code === 99991672) return scopeMissing(refusal);
  const retryAfterMs = waitOf(headers);
  const options = retryAfterMs === undefined ? {} : { retryAfterMs };
  const args: [number, string] = [code, shorten(msg)];
  if (operation === "edit" && (code === 230071 || code === 230072)) return feishuErrors.FEISHU_EDIT_REFUSED(args);
  const row = rowOf.get(code);
  if (row !== undefined) return feishuErrors[row](args, row === "FEISHU_RATE_LIMITED" ? options : {});
  if (status === 429) return feishuErrors.FEISHU_RATE_LIMITED(args, options);
  if (status >= 500) return feishuErrors.FEISHU_SERVER_ERROR(args);
  return feishuErrors.FEISHU_REFUSED(args);
}

/** What the long connection's endpoint refuses. */
export function classifyLink(code: number, msg: string): LoongError {
  const row = rowOf.get(code) ?? "FEISHU_LINK_BUSY";
  return feishuErrors[row]([code, shorten(msg)]);
}

/** An answer without the platform's JSON: its own servers failing, or a proxy in between refusing. */
export function classifyForeign(host: string, status: number, headers: IncomingHttpHeaders): LoongError {
  const retryAfterMs = waitOf(headers);
  if (status === 429)
    return feishuErrors.FEISHU_RATE_LIMITED([429, ""], retryAfterMs === undefined ? {} : { retryAfterMs });
  // A client error was decided before the platform's application saw the message.
  return feishuErrors.FEISHU_BAD_ANSWER([host, status], status >= 400 && status < 500 ? { outcome: "not-sent" } : {});
}

/** The same error for a step that comes before the send: what is unknown about it cannot have sent anything. */
export function withoutAmbiguity(error: unknown): unknown {
  if (!isLoongError(error) || error.outcome !== "unknown") return error;
  return new LoongError(error.code, error.message, {
    outcome: "not-sent",
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}

function scopeMissing({ appId, baseUrl, code, msg, scopes }: Refusal): LoongError {
  const named = scopes.length > 0 ? scopes : (/\[([\w:.,\s-]+)\]/.exec(msg)?.[1]?.split(/[,\s]+/) ?? []);
  const wanted = named.filter((scope) => scope !== "");
  const url = `${baseUrl.origin}/app/${appId}/auth?q=${wanted.join(",")}&op_from=openapi&token_type=tenant`;
  return feishuErrors.FEISHU_SCOPE_MISSING([code, wanted, url]);
}

function waitOf(headers: IncomingHttpHeaders): number | undefined {
  const seconds = Number(headers["x-ogw-ratelimit-reset"] ?? headers["retry-after"] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds * 1_000) : undefined;
}

/** One line that fits a log. */
function shorten(msg: string): string {
  const line = msg.replaceAll(/\s+/g, " ").trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

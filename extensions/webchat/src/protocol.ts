import type { Node } from "./conversation/markdown.ts";

/** The name both sides give the protocol when the WebSocket opens. */
export const SUBPROTOCOL = "loong-webchat.1";

/** One bubble. A frame with an id that the page shows already replaces what stands there. */
export interface Entry {
  readonly id: string;
  readonly from: "visitor" | "bot";
  readonly atMs: number;
  /** Plain text, or … */
  readonly text?: string;
  /** … markdown as elements that the page builds one by one. */
  readonly body?: readonly Node[];
  /** Still being written. */
  readonly unfinished?: true;
  /** The bubble whose place it takes. */
  readonly replaces?: string;
}

/** From the page. */
export type ClientFrame =
  /** `id` is of the page's own making and the same in every attempt. */
  | { readonly type: "say"; readonly id: string; readonly text: string }
  /** These entries are shown. */
  | { readonly type: "seen"; readonly ids: readonly string[] };

/** To the page. */
export type ServerFrame =
  /** First of all: who the visitor is and what was said last. Unfinished entries that are not in it are over. */
  | { readonly type: "welcome"; readonly visitor: string; readonly entries: readonly Entry[] }
  | { readonly type: "entry"; readonly entry: Entry }
  | { readonly type: "gone"; readonly id: string }
  /** The acknowledgement: what the page said under this id is stored. */
  | { readonly type: "taken"; readonly id: string }
  /** What the page said under this id is not stored; with `retryAfterMs` it may be said again under the same id. */
  | { readonly type: "refused"; readonly id: string; readonly reason: RefusalReason; readonly retryAfterMs?: number }
  | { readonly type: "typing"; readonly on: boolean };

export type RefusalReason = "too-long" | "empty" | "too-fast" | "not-now";

/** Why the listener closes a WebSocket, beside the codes of RFC 6455. */
export const CLOSE = { goingAway: 1001, unsupported: 1003, policy: 1008, full: 1013, idle: 4000 } as const;

const SAID_ID = /^[A-Za-z0-9_-]{8,64}$/;
const MAX_SEEN = 400;
const MAX_ENTRY_ID = 128;

/** What a page says in its frames, or nothing when it is no frame of this protocol. */
export function parseClientFrame(text: string): ClientFrame | undefined {
  const frame = parseObject(text);
  if (frame === undefined) return undefined;
  const { type, ...rest } = frame;
  if (type === "say") return parseSay(rest);
  if (type === "seen") return parseSeen(rest);
  return undefined;
}

function parseSay({ id, text, ...others }: Record<string, unknown>): ClientFrame | undefined {
  if (typeof id !== "string" || typeof text !== "string" || !isEmpty(others) || !SAID_ID.test(id)) return undefined;
  return { type: "say", id, text: text.toWellFormed().replaceAll("\0", "") };
}

function parseSeen({ ids, ...others }: Record<string, unknown>): ClientFrame | undefined {
  if (!Array.isArray(ids) || ids.length > MAX_SEEN || !isEmpty(others)) return undefined;
  const isId = (id: unknown): id is string => typeof id === "string" && id.length <= MAX_ENTRY_ID;
  return ids.every(isId) ? { type: "seen", ids } : undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function isEmpty(object: object): boolean {
  return Object.keys(object).length === 0;
}

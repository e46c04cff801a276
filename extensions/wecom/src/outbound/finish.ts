import { type LoongError, isLoongError } from "@loong/sdk";
import type { Link } from "../link/link.ts";
import type { Memory, StreamState } from "../memory.ts";
import { isRateLimit } from "./pace.ts";
import { insistOnFrame } from "./stream-frame.ts";
import { finalWords } from "./words.ts";

/** The platform lets an answer be changed for six minutes (ten, says newer evidence). Surely until here. */
const SURELY_OPEN_MS = 5.5 * 60_000;

/** Why an answer cannot stand in place; nothing was shown, and it must be said as a message of its own. */
const NOT_IN_PLACE: ReadonlySet<string> = new Set([
  "WECOM_REPLY_CLOSED",
  "WECOM_STREAM_EXPIRED",
  "WECOM_STREAM_UNSUPPORTED",
  "WECOM_REPLY_UNCLEAR",
  "WECOM_OVERLAP",
]);

/** The stream that an answer finishes: one that shows a preview, or a fresh one that begins and ends with the answer. */
export interface StreamPlace {
  readonly reqId: string;
  readonly streamId: string;
  readonly chat: string;
  readonly startedAtMs: number;
  /** Nothing stands there yet. */
  readonly isFresh: boolean;
}

export type Finish =
  | { readonly shown: true }
  /** `why` says what became of the place. */
  | { readonly shown: false; readonly why: LoongError };

/**
 * Says an answer in place, as the last frame of its stream.
 *
 * A stream shows its last frame only, so the same frame may go out again when nobody knows whether it was taken: the room
 * still shows the answer once. The stream being closed by then means that the first one was taken.
 *
 * @throws what leaves the answer unsaid for now, or nobody knows about
 */
export async function finishStream(
  link: Link,
  place: StreamPlace,
  markdown: string,
  { memory, feedback }: { readonly memory: Memory; readonly feedback: boolean },
  nowMs: number,
  signal: AbortSignal,
): Promise<Finish> {
  const { streams, pace, chatTypes } = memory;
  const before = streams.get(place.streamId);
  const startedAtMs = before?.startedAtMs ?? place.startedAtMs;
  const frame = before?.final ?? {
    reqId: place.reqId,
    streamId: place.streamId,
    content: finalWords(markdown, before?.shown),
    finish: true,
    feedback: feedback && place.isFresh && before === undefined,
  };
  const state: StreamState = { ...before, startedAtMs, final: frame };
  streams.set(place.streamId, state);
  try {
    await insistOnFrame(link, frame, signal);
    return taken();
  } catch (error) {
    if (!isLoongError(error)) throw error;
    if (error.outcome === "unknown") streams.set(place.streamId, { ...state, isUnclear: true });
    const isClosed = error.code === "WECOM_STREAM_EXPIRED" && nowMs - startedAtMs < SURELY_OPEN_MS;
    if (isClosed && before?.isUnclear === true) return taken();
    if (NOT_IN_PLACE.has(error.code)) return { shown: false, why: error };
    throw isRateLimit(error) ? pace.refused(place.chat, chatTypes.get(place.chat) !== undefined, error) : error;
  }

  function taken(): Finish {
    streams.set(place.streamId, { ...state, shown: frame.content });
    pace.count(place.chat);
    return { shown: true };
  }
}

import { type LoongError, type PreviewPlace, type StreamFeature, isLoongError } from "@loong/sdk";
import type { Connection } from "../connection.ts";
import { wecomErrors } from "../errors.ts";
import type { Link } from "../link/link.ts";
import type { Memory } from "../memory.ts";
import { renderMarkdown } from "./markdown.ts";
import { isRateLimit } from "./pace.ts";
import { type Preview, readPreview, writePreview } from "./preview.ts";
import { replyHandle } from "./reply-handle.ts";
import { type StreamFrame, insistOnFrame, showFrame, tellFrame } from "./stream-frame.ts";
import { MOVED, WITHDRAWN, fitted } from "./words.ts";

/** A chat takes 30 frames in a minute. */
const INTERVAL_MS = 2_500;
/** The platform lets one stream be changed for six minutes: before that the answer goes on in a fresh one. */
const ROTATE_MS = 5 * 60_000;

export interface StreamParts {
  readonly connection: Connection;
  readonly memory: Memory;
  readonly feedback: boolean;
  now(): number;
}

/** Answers that grow in place: a stream message that every frame replaces. */
export function createStream({ connection, memory, feedback, now }: StreamParts): StreamFeature {
  const { streams, pace } = memory;

  /** @throws what the platform says, its rate limit with the pause that holds here */
  async function show(link: Link, preview: Preview, content: string, signal: AbortSignal): Promise<void> {
    const { reqId, streamId, chat, startedAtMs } = preview;
    const state = streams.get(streamId);
    const frame = { reqId, streamId, content, finish: false, feedback: feedback && state?.shown === undefined };
    try {
      await showFrame(link, frame, signal);
    } catch (error) {
      throw isRateLimit(error) ? pace.refused(chat, true, error) : error;
    }
    streams.set(streamId, { ...state, startedAtMs: state?.startedAtMs ?? startedAtMs, shown: content });
    pace.count(chat);
  }

  /** Goes on in a stream of its own; the old one only points down. */
  async function moveOn(link: Link, old: Preview, content: string, signal: AbortSignal): Promise<Preview> {
    const next = { ...old, streamId: nextStreamId(old.streamId), startedAtMs: now() };
    await closeStream(link, old, MOVED, signal);
    pace.count(old.chat);
    await show(link, next, content, signal);
    return next;
  }

  async function update(link: Link, preview: Preview, content: string, signal: AbortSignal): Promise<Preview> {
    if (streams.get(preview.streamId)?.shown === content || !pace.allowsPreview(preview.chat)) return preview;
    if (now() - preview.startedAtMs >= ROTATE_MS) return moveOn(link, preview, content, signal);
    try {
      await show(link, preview, content, signal);
      return preview;
    } catch (error) {
      if (hasCode(error, "WECOM_STREAM_EXPIRED")) return moveOn(link, preview, content, signal);
      if (hasCode(error, "WECOM_OVERLAP") || isRateLimit(error)) return preview;
      throw error;
    }
  }

  return {
    intervalMs: { direct: INTERVAL_MS, group: INTERVAL_MS },
    async open(at, markdown, signal) {
      const preview = placeOf(at, memory, now());
      if (preview === undefined || !pace.allowsPreview(preview.chat)) throw wecomErrors.WECOM_NO_PREVIEW([]);
      const text = writePreview(preview);
      await connection.use((link) => show(link, preview, fitted(renderMarkdown(markdown)), signal), signal);
      return text;
    },
    async update(text, markdown, signal) {
      const preview = understood(text);
      const content = fitted(renderMarkdown(markdown));
      return writePreview(await connection.use((link) => update(link, preview, content, signal), signal));
    },
    async discard(text, signal) {
      const preview = understood(text);
      await connection.use((link) => closeStream(link, preview, WITHDRAWN, signal), signal);
    },
  };
}

/** Ends a stream with a mark. A stream that the platform has closed by itself is as good. */
export async function closeStream(
  link: Link,
  { reqId, streamId }: Pick<Preview, "reqId" | "streamId">,
  mark: string,
  signal: AbortSignal,
): Promise<void> {
  const frame: StreamFrame = { reqId, streamId, content: mark, finish: true };
  try {
    await insistOnFrame(link, frame, signal);
  } catch (error) {
    if (hasCode(error, "WECOM_REPLY_UNCLEAR")) return tellFrame(link, frame);
    if (!hasCode(error, "WECOM_STREAM_EXPIRED") && !hasCode(error, "WECOM_REPLY_CLOSED")) throw error;
  }
}

function placeOf(at: PreviewPlace, { replies, streams }: Memory, nowMs: number): Preview | undefined {
  const reqId = replyHandle(replies, at.messageId, nowMs);
  if (reqId === undefined) return undefined;
  const streamId = at.idempotencyKey;
  const startedAtMs = streams.get(streamId)?.startedAtMs ?? nowMs;
  return { reqId, streamId, chat: at.conversation.id, chatType: at.conversation.type, startedAtMs };
}

/** `abc` → `abc-2` → `abc-3` */
function nextStreamId(streamId: string): string {
  const [, base = streamId, count = "1"] = /^(.*?)(?:-(\d+))?$/s.exec(streamId) ?? [];
  return `${base}-${Number(count) + 1}`;
}

/** @throws WECOM_NO_PREVIEW for a text of another channel */
function understood(text: string): Preview {
  const preview = readPreview(text);
  if (preview === undefined) throw wecomErrors.WECOM_NO_PREVIEW([]);
  return preview;
}

function hasCode(error: unknown, code: string): error is LoongError {
  return isLoongError(error) && error.code === code;
}

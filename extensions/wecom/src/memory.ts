import type { ConversationType } from "@loong/sdk";
import { type Pace, createPace } from "./outbound/pace.ts";
import type { StreamFrame } from "./outbound/stream-frame.ts";
import { type Recent, createRecent } from "./recent.ts";

const MESSAGES = 10_000;
const CHATS = 10_000;
const STREAMS = 2_000;

/** What one account remembers across its connections. All of it may be lost. */
export interface Memory {
  /** How to reply to a message, by its id. */
  readonly replies: Recent<ReplyHandle>;
  /** Which ids are people and which are groups. */
  readonly chatTypes: Recent<ConversationType>;
  /** Streamed answers, by stream id. */
  readonly streams: Recent<StreamState>;
  readonly pace: Pace;
}

/** The platform takes replies to a message under the `req_id` it came with. */
export interface ReplyHandle {
  readonly reqId: string;
  readonly receivedAtMs: number;
}

export interface StreamState {
  /** When its first frame went out. */
  readonly startedAtMs: number;
  /** What the last frame that was taken shows. */
  readonly shown?: string;
  /** The last frame, once it was tried: every further try is the same to the letter. */
  readonly final?: StreamFrame;
  /** Nobody knows whether `final` was taken. */
  readonly isUnclear?: boolean;
}

export function createMemory(now: () => number): Memory {
  return {
    replies: createRecent(MESSAGES),
    chatTypes: createRecent(CHATS),
    streams: createRecent(STREAMS),
    pace: createPace(now),
  };
}

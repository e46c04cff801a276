import { setTimeout as sleep } from "node:timers/promises";
import { isLoongError } from "@loong/sdk";
import type { Body } from "../link/json.ts";
import type { Link } from "../link/link.ts";

const CMD = "aibot_respond_msg";
/** The platform answers 6000 while it still works on the frame before; adapters of others wait like this too. */
const OVERLAP_PAUSES_MS = [200, 400, 800];

/** One frame of a streamed answer: it replaces all that the answer showed before. */
export interface StreamFrame {
  readonly reqId: string;
  readonly streamId: string;
  readonly content: string;
  /** The last one. */
  readonly finish: boolean;
  /** Lets people rate the answer; only the first frame may say so. */
  readonly feedback?: boolean;
}

/** @throws whatever the platform's answer or its absence means */
export async function showFrame(link: Link, frame: StreamFrame, signal: AbortSignal): Promise<void> {
  await link.request(CMD, bodyOf(frame), signal, frame.reqId);
}

/** The same for a frame that must not be skipped: waits a little while the platform is still at the one before. */
export async function insistOnFrame(link: Link, frame: StreamFrame, signal: AbortSignal): Promise<void> {
  for (const pauseMs of OVERLAP_PAUSES_MS) {
    try {
      return await showFrame(link, frame, signal);
    } catch (error) {
      if (!isLoongError(error) || error.code !== "WECOM_OVERLAP" || signal.aborted) throw error;
    }
    await sleep(pauseMs);
  }
  return showFrame(link, frame, signal);
}

/** Writes a frame that nobody waits for: whether it is taken makes no difference to what was said. */
export function tellFrame(link: Link, frame: StreamFrame): void {
  link.tell(CMD, bodyOf(frame), frame.reqId);
}

function bodyOf({ streamId, content, finish, feedback = false }: StreamFrame): Body {
  return {
    msgtype: "stream",
    stream: { id: streamId, finish, content, ...(feedback ? { feedback: { id: streamId } } : {}) },
  };
}

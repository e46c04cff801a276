import type { LoongError } from "@loong/sdk";
import { wecomErrors } from "../errors.ts";
import type { Answer } from "./frame.ts";

/**
 * Which answer belongs to which frame. The platform names only the `req_id`, and all frames of one reply share it, so
 * their order is all there is: one frame of a `req_id` is under way at a time, and after one without an answer no other frame of
 * that `req_id` goes out until the answer has come after all. The same frame may go out again: whichever of the two an
 * acceptance belongs to, it is true of both; a refusal counts once no second answer is to be expected.
 */
export interface Acks {
  /**
   * Writes `text` when its turn comes, and gives its answer, a refusal included.
   *
   * @throws WECOM_ABORTED, WECOM_REPLY_UNCLEAR, WECOM_NOT_CONNECTED (not written), WECOM_NO_ACK, WECOM_ACK_LOST (nobody knows)
   */
  request(reqId: string, text: string, signal: AbortSignal): Promise<Answer>;
  /** Writes at once, for what nobody waits for. */
  tell(reqId: string, text: string): void;
  /** An answer came in. One that nobody waits for is dropped. */
  settle(answer: Answer): void;
  /** The connection is over: nothing more is written or answered. */
  end(reason: string): void;
}

interface Waiting {
  readonly text: string;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: LoongError) => void;
  readonly giveUp: () => void;
  readonly signal: AbortSignal;
  timer?: NodeJS.Timeout;
  /** Of this frame or of the same one before. */
  refusal?: Answer;
}

interface Line {
  readonly queue: Waiting[];
  current?: Waiting | undefined;
  /** The frame that was written last. */
  lastText: string;
  /** Frames that were given up and may still be answered. */
  unanswered: number;
}

export function createAcks(write: (text: string) => void, ackMs: number): Acks {
  const lines = new Map<string, Line>();
  let overBecause: string | undefined;

  function lineOf(reqId: string): Line {
    const line = lines.get(reqId) ?? { queue: [], lastText: "", unanswered: 0 };
    lines.set(reqId, line);
    return line;
  }

  function advance(reqId: string, line: Line): void {
    if (line.current !== undefined) return;
    const next = line.queue.shift();
    if (next === undefined) {
      if (line.unanswered === 0) lines.delete(reqId);
      return;
    }
    if (line.unanswered > 0 && next.text !== line.lastText) {
      leave(next).reject(wecomErrors.WECOM_REPLY_UNCLEAR([]));
      return advance(reqId, line);
    }
    line.current = next;
    line.lastText = next.text;
    next.timer = setTimeout(() => timedOut(reqId, line, next), ackMs);
    write(next.text);
  }

  function timedOut(reqId: string, line: Line, waiting: Waiting): void {
    if (waiting.refusal !== undefined) leave(waiting).resolve(waiting.refusal);
    giveUp(reqId, line, waiting);
  }

  /** Nobody waits any longer: not written is not sent, written is unknown. */
  function giveUp(reqId: string, line: Line, waiting: Waiting): void {
    if (line.current === waiting) {
      line.unanswered += 1;
      line.current = undefined;
      leave(waiting).reject(wecomErrors.WECOM_NO_ACK([Math.round(ackMs / 1_000)]));
    } else {
      line.queue.splice(line.queue.indexOf(waiting), 1);
      leave(waiting).reject(wecomErrors.WECOM_ABORTED([]));
    }
    advance(reqId, line);
  }

  return {
    request(reqId, text, signal) {
      return new Promise((resolve, reject) => {
        if (overBecause !== undefined) return reject(wecomErrors.WECOM_NOT_CONNECTED([overBecause]));
        if (signal.aborted) return reject(wecomErrors.WECOM_ABORTED([]));
        const line = lineOf(reqId);
        const waiting: Waiting = { text, resolve, reject, signal, giveUp: () => giveUp(reqId, line, waiting) };
        signal.addEventListener("abort", waiting.giveUp, { once: true });
        line.queue.push(waiting);
        advance(reqId, line);
      });
    },
    tell(reqId, text) {
      if (overBecause !== undefined) return;
      const line = lineOf(reqId);
      line.unanswered += 1;
      line.lastText = text;
      write(text);
    },
    settle(answer) {
      const line = lines.get(answer.reqId);
      if (line === undefined) return;
      const { current } = line;
      if (current === undefined) {
        line.unanswered -= 1;
      } else if (answer.code !== 0 && line.unanswered > 0) {
        line.unanswered -= 1;
        current.refusal = answer;
      } else {
        line.current = undefined;
        leave(current).resolve(answer);
      }
      advance(answer.reqId, line);
    },
    end(reason) {
      overBecause = reason;
      for (const { current, queue } of lines.values()) {
        if (current !== undefined) leave(current).reject(wecomErrors.WECOM_ACK_LOST([reason]));
        for (const waiting of queue) leave(waiting).reject(wecomErrors.WECOM_NOT_CONNECTED([reason]));
      }
      lines.clear();
    },
  };
}

function leave(waiting: Waiting): Waiting {
  clearTimeout(waiting.timer);
  waiting.signal.removeEventListener("abort", waiting.giveUp);
  return waiting;
}

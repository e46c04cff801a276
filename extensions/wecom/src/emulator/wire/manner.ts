import type { FrameFaultAction } from "../faults.ts";
import { refuse, type Answer } from "./answer.ts";

/** How a command is carried out and acknowledged. */
export interface Manner {
  /** Waits so long before the command has its effect. */
  readonly startsAfterMs: number;
  readonly hasEffect: boolean;
  /** Given instead of the real answer. */
  readonly answer?: Answer;
  /** How often it is acknowledged. */
  readonly acks: 0 | 1 | 2;
  /** How much later than usual. */
  readonly ackLateMs: number;
  readonly ackForm: "json" | "malformed" | "binary";
  /** Ends the connection; 1006 without a close frame. */
  readonly closeCode?: number;
}

const PROPER: Manner = { startsAfterMs: 0, hasEffect: true, acks: 1, ackLateMs: 0, ackForm: "json" };

export function mannerOf(action: FrameFaultAction | undefined): Manner {
  if (action === undefined) return PROPER;
  if (typeof action === "object") return paramsOf(action);
  switch (action) {
    case "silent":
      return { ...PROPER, hasEffect: false, acks: 0 };
    case "drop-ack":
      return { ...PROPER, acks: 0 };
    case "duplicate-ack":
      return { ...PROPER, acks: 2 };
    case "close-before":
      return { ...PROPER, hasEffect: false, acks: 0, closeCode: 1006 };
    case "close-after":
      return { ...PROPER, acks: 0, closeCode: 1006 };
    case "malformed-ack":
      return { ...PROPER, ackForm: "malformed" };
    case "binary-ack":
      return { ...PROPER, ackForm: "binary" };
  }
}

function paramsOf(action: Extract<FrameFaultAction, object>): Manner {
  if ("slowMs" in action) return { ...PROPER, startsAfterMs: action.slowMs };
  if ("closeCode" in action) {
    return { ...PROPER, hasEffect: action.after === true, acks: 0, closeCode: action.closeCode };
  }
  const ackLateMs = action.lateMs ?? 0;
  if (!("errcode" in action)) return { ...PROPER, ackLateMs };
  return { ...PROPER, hasEffect: action.after === true, ackLateMs, answer: refuse(action.errcode, action.errmsg) };
}

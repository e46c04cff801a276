import type { EventAnswer, ShownMessage } from "./board.ts";
import type { CallbackFault } from "./faults.ts";
import type { Saying, Speech } from "./speech.ts";
import type { Town } from "./town.ts";

/** What of the stage can be played over HTTP. */
export interface ControlledStage extends Town, Speech {
  shows(): readonly ShownMessage[];
  inject(fault: CallbackFault): void;
  clearFaults(): void;
}

interface SayRequest extends Saying {
  readonly from?: string;
  readonly group?: string;
  readonly text?: string;
}

/**
 * - `POST /_emulator/say`: `{"from": "Ann", "text": "hello"}`; with `"group": "Ops"` and `"addressed": true` in a group
 * - `GET /_emulator/shows`: what Loong has said; `?conversation=` of one conversation
 * - `POST /_emulator/faults`: a `CallbackFault`; an empty body takes all of them away
 */
export function answerControl(stage: ControlledStage, path: string, query: URLSearchParams, body: string): EventAnswer {
  switch (path) {
    case "/_emulator/say":
      return say(stage, jsonOf(body) ?? {});
    case "/_emulator/shows": {
      const wanted = query.get("conversation");
      const messages = stage.shows().filter(({ conversationId }) => wanted === null || conversationId === wanted);
      return { status: 200, body: { messages } };
    }
    case "/_emulator/faults": {
      const fault = jsonOf(body) as CallbackFault | undefined;
      if (fault === undefined) stage.clearFaults();
      else stage.inject(fault);
      return { status: 204 };
    }
    default:
      return { status: 404, body: { error: "say, shows and faults are what there is" } };
  }
}

function say(stage: ControlledStage, { from = "Ann", group, text = "", ...saying }: SayRequest): EventAnswer {
  if (text === "") return { status: 400, body: { error: 'give a text: {"from": "Ann", "text": "hello"}' } };
  const user = stage.user(from);
  const conversation = group === undefined ? stage.directChat(user) : stage.group(group);
  const { messageId, conversationId, senderId } = stage.say(conversation, user, text, saying);
  return { status: 200, body: { messageId, conversationId, senderId } };
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

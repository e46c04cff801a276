import type { Logger } from "@loong/sdk";
import { isLoongError } from "@loong/sdk";
import type { Push } from "../link/frame.ts";
import type { Link } from "../link/link.ts";
import type { Memory } from "../memory.ts";
import { createRecent } from "../recent.ts";
import type { Intake } from "./intake.ts";
import { type Feedback, type Parsed, parse } from "./parse.ts";

/** The platform takes a greeting for five seconds. */
const WELCOME_MS = 5_000;
const REMEMBERED_GREETINGS = 2_000;

export interface ReceiverParts {
  readonly memory: Memory;
  readonly intake: Intake;
  readonly welcomeText: string | undefined;
  readonly botName: string | undefined;
  readonly log: Logger;
  now(): number;
}

/** What each frame that comes in leads to. */
export interface Receiver {
  receive(push: Push, link: Promise<Link>): void;
}

export function createReceiver({ memory, intake, welcomeText = "", botName, log, now }: ReceiverParts): Receiver {
  const greeted = createRecent<true>(REMEMBERED_GREETINGS);

  function remember({ event, reqId }: Parsed & { kind: "message" }): void {
    memory.chatTypes.set(event.conversation.id, event.conversation.type);
    // A message that comes again keeps its first time: the day in which it can be answered began then.
    const receivedAtMs = memory.replies.get(event.messageId)?.receivedAtMs ?? now();
    if (reqId !== "") memory.replies.set(event.messageId, { reqId, receivedAtMs });
  }

  function greet({ eventId, reqId }: Parsed & { kind: "entered" }, link: Promise<Link>): void {
    if (welcomeText === "" || greeted.get(eventId) === true) return;
    greeted.set(eventId, true);
    const body = { msgtype: "text", text: { content: welcomeText } };
    link
      .then((open) => open.request("aibot_respond_welcome_msg", body, AbortSignal.timeout(WELCOME_MS), reqId))
      .catch((error: unknown) => {
        log.warn("a greeting was not shown", { code: isLoongError(error) ? error.code : "unexpected" });
      });
  }

  /** What people write never stands above debug. */
  function noteFeedback({ id, opinion, words }: Feedback): void {
    log.info("somebody rated an answer", { id, opinion });
    if (words !== "") log.debug("why somebody rated an answer so", { id, words });
  }

  return {
    receive(push, link) {
      const parsed = parse(push, { botName, nowMs: now() });
      switch (parsed.kind) {
        case "message":
          intake.add(parsed.event);
          return remember(parsed);
        case "click":
          return intake.add(parsed.event);
        case "entered":
          return greet(parsed, link);
        case "feedback":
          return noteFeedback(parsed.feedback);
        case "ignored":
          return log.debug("an event was ignored", { type: parsed.type, reason: parsed.reason });
      }
    },
  };
}

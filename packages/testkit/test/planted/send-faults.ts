import { randomUUID } from "node:crypto";
import { LoongError, type OutboundMessage, type Receipt, isLoongError } from "@loong/sdk";
import { type PlantedFault, mistaken, plugin, send } from "./plant.ts";

const PLATFORM_LENGTH = 200;

export const sendFaults: readonly PlantedFault[] = [
  {
    what: "whose receipts name no message",
    fails: "send-shows-once",
    plant: send(() => (sound) => async (message, signal) => {
      const receipt = await sound(message, signal);
      return message.preview === undefined ? { messageId: `queued-${receipt.messageId}` } : receipt;
    }),
  },
  {
    what: "that shows only the first line of markdown",
    fails: "send-markdown",
    plant: send(() => (sound) => (message, signal) => sound(firstLine(message), signal)),
  },
  {
    what: "that says more fits than does",
    fails: "send-at-limit",
    into: { idempotencyWindowMs: 3_600_000, previewIntervalMs: 10, typing: true, maxLength: PLATFORM_LENGTH },
    plant: plugin({ text: { maxLength: PLATFORM_LENGTH + 1, unit: "utf16-units" } }),
  },
  {
    what: "that makes a new key for what it has sent",
    fails: "send-same-key",
    plant: send(() => {
      const done = new Set<string>();
      return (sound) => async (message, signal) => {
        const { idempotencyKey: key } = message;
        const again = done.has(key) && message.preview === undefined;
        const receipt = await sound(again ? { ...message, idempotencyKey: randomUUID() } : message, signal);
        done.add(key);
        return receipt;
      };
    }),
  },
  {
    what: "that takes the same words for the same message",
    fails: "send-other-key",
    plant: send(() => {
      const known = new Map<string, Receipt>();
      return (sound) => async (message, signal) => {
        const words = JSON.stringify(message.content);
        const receipt = known.get(words) ?? (await sound(message, signal));
        known.set(words, receipt);
        return receipt;
      };
    }),
  },
  {
    what: "that hopes for a target that is not there",
    fails: "send-wrong-target",
    plant: refused("MEMORY_NO_SUCH_ROOM", mistaken("MEMORY_NO_SUCH_ROOM", "not-sent")),
  },
  {
    what: "that throws plain errors for a target that is not there",
    fails: "send-wrong-target",
    plant: refused("MEMORY_NO_SUCH_ROOM", () => {
      throw new Error("no such room");
    }),
  },
  {
    what: "that blames the message for wrong credentials",
    fails: "send-wrong-credentials",
    plant: refused("MEMORY_CREDENTIALS_REJECTED", mistaken("MEMORY_CREDENTIALS_REJECTED", "rejected")),
  },
  {
    what: "that calls a rate limit unknown",
    fails: "send-rate-limited",
    plant: refused("MEMORY_RATE_LIMITED", mistaken("MEMORY_RATE_LIMITED", "unknown")),
  },
  {
    what: "that gives seconds for the milliseconds of a rate limit",
    fails: "send-rate-limited",
    plant: refused("MEMORY_RATE_LIMITED", ({ code, message, retryAfterMs = 0 }) => {
      const options = { hint: "Wait.", outcome: "not-sent", retryAfterMs: retryAfterMs / 1_000 } as const;
      throw new LoongError(code, message, options);
    }),
  },
  {
    what: "that gives up when the platform fails",
    fails: "send-server-error",
    plant: refused("MEMORY_SERVER_ERROR", mistaken("MEMORY_SERVER_ERROR", "rejected")),
  },
  {
    what: "that calls a lost answer not sent",
    fails: "send-response-lost",
    plant: refused("MEMORY_RESPONSE_LOST", mistaken("MEMORY_RESPONSE_LOST", "not-sent")),
  },
  {
    what: "that sends what was aborted",
    fails: "send-aborted",
    plant: send(() => (sound) => (message) => sound(message, new AbortController().signal)),
  },
];

function firstLine(message: OutboundMessage): OutboundMessage {
  const { content } = message;
  if (content.type !== "markdown") return message;
  return { ...message, content: { ...content, markdown: content.markdown.split("\n")[0] ?? "" } };
}

/** What the platform refuses with `code` ends as `answer` says. */
function refused(code: string, answer: (error: LoongError) => never): PlantedFault["plant"] {
  return send(
    () => (sound) => (message, signal) =>
      sound(message, signal).catch((error: unknown) => {
        if (isLoongError(error) && error.code === code) return answer(error);
        throw error;
      }),
  );
}

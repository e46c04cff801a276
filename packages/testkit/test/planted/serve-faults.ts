import { randomUUID } from "node:crypto";
import type { Channel, InboundEvent } from "@loong/sdk";
import { type PlantedFault, channel, inbound, mistaken, overWebhook, send } from "./plant.ts";

const IMPATIENCE_MS = 50;

export const serveFaults: readonly PlantedFault[] = [
  {
    what: "that gives seconds for milliseconds",
    fails: "serve-delivers",
    plant: events((event) => ({ ...event, sentAtMs: Math.floor(event.sentAtMs / 1_000) })),
  },
  {
    what: "that answers in another room",
    fails: "serve-replies",
    plant: send(
      () => (sound) => (message, signal) =>
        sound(message.inReplyTo === undefined || message.preview ? message : { ...message, to: "lobby" }, signal),
    ),
  },
  {
    what: "that hands everything over twice",
    fails: "serve-order",
    plant: inbound(() => (into) => ({ accept: (batch) => into.accept(batch.flatMap((event) => [event, event])) })),
  },
  {
    what: "that feels addressed by everything",
    fails: "serve-group",
    plant: events((event) => ({ ...event, addressed: true })),
  },
  {
    what: "that takes its own words for a person's",
    fails: "serve-own-messages",
    plant: events((event) => ({ ...event, sender: { id: event.sender.id } })),
  },
  {
    what: "that acknowledges when storing takes long",
    fails: "serve-acknowledges",
    plant: inbound(() => (into) => ({
      async accept(batch) {
        const stored = into.accept(batch);
        return Promise.race([stored, later(IMPATIENCE_MS).then(() => batch.map(() => "stored" as const))]);
      },
    })),
  },
  {
    what: "that acknowledges what was refused",
    fails: "serve-refused",
    plant: inbound(() => (into) => ({ accept: (batch) => into.accept(batch).catch(() => []) })),
  },
  {
    what: "that gives a message new ids when it comes again",
    fails: "serve-redelivery",
    plant: inbound(() => {
      const known = new Set<string>();
      const rename = (event: InboundEvent): InboundEvent => {
        if (known.has(event.eventId)) return { ...event, eventId: randomUUID(), messageId: randomUUID() };
        known.add(event.eventId);
        return event;
      };
      return (into) => ({ accept: (batch) => into.accept(batch.map(rename)) });
    }),
  },
  {
    what: "that goes on trying with wrong credentials",
    fails: "serve-wrong-credentials",
    plant: channel(() => (sound) => ({
      serve: async (into, signal) =>
        sound.serve?.(into, signal).catch(mistaken("MEMORY_CREDENTIALS_REJECTED", "not-sent")),
    })),
  },
  {
    what: "that does not stop",
    fails: "serve-stops",
    plant: channel(() => (sound) => ({ serve: async (into) => sound.serve?.(into, new AbortController().signal) })),
  },
  {
    what: "that goes on handing over after it has stopped",
    fails: "serve-stops",
    plant: channel(() => (sound) => ({
      async serve(into, signal) {
        const stopped = new Promise<void>((resolve) => {
          signal.addEventListener("abort", () => resolve(), { once: true });
        });
        await Promise.race([sound.serve?.(into, new AbortController().signal), stopped]);
      },
    })),
  },
  {
    what: "that serves once and no more",
    fails: "serve-again",
    plant: channel(() => (sound) => {
      let hasServed = false;
      return {
        async serve(into, signal) {
          if (hasServed) throw new Error("already served");
          hasServed = true;
          await sound.serve?.(into, signal);
        },
      };
    }),
  },
  {
    what: "that sends only while it serves",
    fails: "serve-aside",
    plant: channel(() => (sound) => {
      let hasStopped = false;
      return {
        async serve(into, signal) {
          await sound.serve?.(into, signal);
          hasStopped = true;
        },
        async send(message, signal) {
          if (hasStopped) throw new Error("not connected");
          return sound.send(message, signal);
        },
      };
    }),
  },
  {
    what: "that takes forged requests",
    fails: "webhook-forged",
    into: overWebhook,
    plant: webhook((sound) => ({
      ...sound,
      async handle(request, into) {
        const { status } = await sound.handle(request, into);
        return { status: status === 401 ? 200 : status };
      },
    })),
  },
  {
    what: "whose webhook takes the whole host",
    fails: "webhook-delivers",
    into: overWebhook,
    plant: webhook((sound) => ({ ...sound, path: "/" })),
  },
];

function events(change: (event: InboundEvent) => InboundEvent): PlantedFault["plant"] {
  return inbound(() => (into) => ({ accept: (batch, cursor) => into.accept(batch.map(change), cursor) }));
}

function webhook(
  change: (sound: NonNullable<Channel["webhook"]>) => NonNullable<Channel["webhook"]>,
): PlantedFault["plant"] {
  return channel(() => (sound) => (sound.webhook ? { webhook: change(sound.webhook) } : {}));
}

function later(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}

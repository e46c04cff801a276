import { randomUUID } from "node:crypto";
import type { Channel, OutboundMessage, StreamFeature } from "@loong/sdk";
import { type PlantedFault, channel } from "./plant.ts";

export const streamFaults: readonly PlantedFault[] = [
  {
    what: "that shows only the first words of an answer",
    fails: "stream-shows",
    plant: stream(() => () => ({ update: async (preview) => preview })),
  },
  {
    what: "whose previews are too long to store",
    fails: "stream-shows",
    plant: padded(),
  },
  {
    what: "that says the answer beside a preview that has grown",
    fails: "stream-final-once",
    plant: answers(() => {
      const grown = new Set<string>();
      return {
        feature: (sound) => ({
          async update(preview, markdown, signal) {
            grown.add(preview);
            return sound.update(preview, markdown, signal);
          },
        }),
        answer: (message) => (grown.has(message.preview ?? "") ? withoutPreview(message) : message),
      };
    }),
  },
  {
    what: "that says the answer anew when it is sent again",
    fails: "stream-final-repeated",
    plant: answers(() => {
      const finished = new Set<string>();
      return {
        feature: () => ({}),
        answer(message) {
          if (message.preview === undefined) return message;
          if (finished.has(message.preview)) return { ...withoutPreview(message), idempotencyKey: randomUUID() };
          finished.add(message.preview);
          return message;
        },
      };
    }),
  },
  {
    what: "that leaves a preview as if it were being written",
    fails: "stream-discard",
    plant: stream(() => () => ({ discard: async () => {} })),
  },
  {
    what: "that keeps its previews in memory",
    fails: "stream-survives-restart",
    plant: channel(() => (sound) => {
      const known = new Set<string>();
      const { stream: feature } = sound;
      if (!feature) return {};
      return {
        stream: {
          ...feature,
          async open(at, markdown, signal) {
            const preview = await feature.open(at, markdown, signal);
            known.add(preview);
            return preview;
          },
        },
        send: (message, signal) =>
          sound.send(known.has(message.preview ?? "") ? message : withoutPreview(message), signal),
      };
    }),
  },
];

/** `plan` is asked once for a process. */
function stream(plan: () => (sound: StreamFeature) => Partial<StreamFeature>): PlantedFault["plant"] {
  return answers(() => ({ feature: plan(), answer: (message) => message }));
}

interface Answering {
  feature(sound: StreamFeature): Partial<StreamFeature>;
  answer(message: OutboundMessage): OutboundMessage;
}

function answers(plan: () => Answering): PlantedFault["plant"] {
  return channel(() => {
    const { feature, answer } = plan();
    return (sound): Partial<Channel> => ({
      ...(sound.stream ? { stream: { ...sound.stream, ...feature(sound.stream) } } : {}),
      send: (message, signal) => sound.send(answer(message), signal),
    });
  });
}

/** Understands its previews all the same. */
function padded(): PlantedFault["plant"] {
  const pad = (preview: string) => preview.padEnd(600, " ");
  return answers(() => ({
    feature: (sound) => ({
      open: async (at, markdown, signal) => pad(await sound.open(at, markdown, signal)),
      update: async (preview, markdown, signal) => pad(await sound.update(preview.trim(), markdown, signal)),
      discard: (preview, signal) => sound.discard(preview.trim(), signal),
    }),
    answer: ({ preview, ...message }) => (preview === undefined ? message : { ...message, preview: preview.trim() }),
  }));
}

function withoutPreview(message: OutboundMessage): OutboundMessage {
  const { preview: _forgotten, ...rest } = message;
  return rest;
}

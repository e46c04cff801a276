import type { Channel, OutboundMessage, PreviewPlace, Receipt, StreamFeature } from "@loong/sdk";
import { expect } from "vitest";
import { eventually } from "../checks/waiting.ts";
import type { ChannelCase, ChannelContext } from "./context.ts";
import type { ServedChannel } from "../author/serve.ts";
import { startSession } from "./session.ts";
import { expectShown, someKey, someWords } from "./words.ts";

const CALL_LIMIT_MS = 8_000;
const MAX_PREVIEW_LENGTH = 512;

/** What `stream` promises, and `send` for the answer that takes a preview's place. */
export const streamCases: readonly ChannelCase[] = [
  {
    name: "stream-shows",
    promise: "an answer can be read while it is written, in one place, and its preview is text that can be stored",
    async check(context) {
      const { stream, preview, words } = await openPreview(context);
      for (const intervalMs of [stream.intervalMs.direct, stream.intervalMs.group]) {
        expect(Number.isFinite(intervalMs) && intervalMs > 0, "intervalMs in milliseconds above 0").toBe(true);
      }
      expectStorable(preview);
      await expectShown(context, words, 1);
      const more = someWords();
      expectStorable(await update(stream, preview, `${words} ${more}`));
      await expectShown(context, more, 1);
      await expectShown(context, words, 1);
    },
  },
  {
    name: "stream-final-once",
    promise:
      "an answer that takes a preview's place is all that people see of both, finished, and its receipt names it",
    async check(context) {
      const { session, stream, place, preview, words } = await openPreview(context);
      const more = `${words} ${someWords()}`;
      const latest = await update(stream, preview, more);
      const end = someWords();
      const receipt = await send(session.channel, answer(place, latest, `${more} ${end}`));
      await expectShown(context, end, 1);
      await expectShown(context, words, 1);
      const shown = await context.shown(end);
      expect(shown.map(({ messageId }) => messageId)).toEqual([receipt.messageId]);
      expect(shown[0]?.isUnfinished ?? false, "the answer is still marked as being written").toBe(false);
    },
  },
  {
    name: "stream-final-repeated",
    promise: "an answer sent twice with one key and one preview is shown once",
    async check(context) {
      if (context.options.plugin.idempotencyWindowMs === undefined) context.skip("the platform takes no key");
      const { session, place, preview, words } = await openPreview(context);
      const end = someWords();
      const message = answer(place, preview, `${words} ${end}`);
      const first = await send(session.channel, message);
      const second = await send(session.channel, message);
      expect(second.messageId).toBe(first.messageId);
      await expectShown(context, end, 1);
      await expectShown(context, words, 1);
    },
  },
  {
    name: "stream-discard",
    promise: "a preview that no answer follows is taken away, or is not marked as being written any more",
    async check(context) {
      const { stream, preview, words } = await openPreview(context);
      await expectShown(context, words, 1);
      await stream.discard(preview, AbortSignal.timeout(CALL_LIMIT_MS));
      await eventually("the preview is gone or finished", async () => {
        const left = await context.shown(words);
        return left.length <= 1 && left.every(({ isUnfinished }) => isUnfinished !== true);
      });
    },
  },
  {
    name: "stream-survives-restart",
    promise: "a channel opened anew puts the answer in the place of a preview of the one before",
    async check(context) {
      const { session, place, preview, words } = await openPreview(context);
      await session.stop().catch(() => {});
      await session.channel.close();
      const { channel } = await startSession(context);
      const end = someWords();
      await send(channel, answer(place, preview, `${words} ${end}`));
      await expectShown(context, end, 1);
      await expectShown(context, words, 1);
    },
  },
];

interface OpenPreview {
  readonly session: ServedChannel;
  readonly stream: StreamFeature;
  readonly place: PreviewPlace;
  readonly preview: string;
  /** What it shows. */
  readonly words: string;
}

/** A preview that answers what somebody has just said: in private, or in a group where private talk shows none. */
async function openPreview<Account>(context: ChannelContext<Account>): Promise<OpenPreview> {
  if (!context.open().stream) context.skip("the channel shows no answer while it is written");
  const session = await startSession(context);
  const { stream } = session.channel;
  if (!stream) throw new Error("a channel of this account has no `stream`, though another one has it");
  const words = someWords();
  const direct = await placeFor(context, session, "direct");
  try {
    return { session, stream, words, place: direct, preview: await open(stream, direct, words) };
  } catch {
    const group = await placeFor(context, session, "group");
    return { session, stream, words, place: group, preview: await open(stream, group, words) };
  }
}

async function placeFor<Account>(
  context: ChannelContext<Account>,
  session: ServedChannel,
  where: "direct" | "group",
): Promise<PreviewPlace> {
  const question = someWords();
  await context.need("say")(question, { in: where, mention: where === "group" });
  const { conversation, messageId } = await session.event(question);
  return { conversation, messageId, idempotencyKey: someKey() };
}

function answer({ conversation, messageId }: PreviewPlace, preview: string, markdown: string): OutboundMessage {
  const { id, threadId } = conversation;
  return {
    idempotencyKey: someKey(),
    to: id,
    ...(threadId === undefined ? {} : { threadId }),
    inReplyTo: messageId,
    preview,
    content: { type: "markdown", markdown },
  };
}

function open(stream: StreamFeature, place: PreviewPlace, markdown: string): Promise<string> {
  return stream.open(place, markdown, AbortSignal.timeout(CALL_LIMIT_MS));
}

/** Waits first, as the gateway does between two calls. */
async function update(stream: StreamFeature, preview: string, markdown: string): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, Math.min(stream.intervalMs.group, CALL_LIMIT_MS)));
  return stream.update(preview, markdown, AbortSignal.timeout(CALL_LIMIT_MS));
}

function send(channel: Channel, message: OutboundMessage): Promise<Receipt> {
  return channel.send(message, AbortSignal.timeout(CALL_LIMIT_MS));
}

function expectStorable(preview: string): void {
  expect(preview).toBeTypeOf("string");
  expect(preview.length, "characters of the preview").toBeLessThanOrEqual(MAX_PREVIEW_LENGTH);
}

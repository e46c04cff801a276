import type { Channel, InboundEvent } from "@loong/sdk";
import { expect } from "vitest";
import { expectCoded } from "../checks/secrets.ts";
import { eventually, quietMoment, within } from "../checks/waiting.ts";
import type { ChannelCase, ChannelContext } from "./context.ts";
import type { SaidMessage } from "./harness.ts";
import { serveInCase, startSession } from "./session.ts";
import { expectShown, someKey, someWords } from "./words.ts";

/** What `serve` and the webhook promise about events that come in. */
export const serveCases: readonly ChannelCase[] = [
  {
    name: "serve-delivers",
    promise: "what a person says in private arrives with every field right",
    async check(context) {
      const session = await startSession(context);
      const words = `${someWords()} 你好 🙂`;
      const said = await context.need("say")(words);
      const event = await session.event(words);
      expect(event).toMatchObject({
        kind: "message",
        messageId: said.messageId,
        conversation: { id: said.conversationId, type: "direct" },
        text: words,
        addressed: true,
      });
      expectPlainEvent(event, said);
    },
  },
  {
    name: "serve-replies",
    promise: "a reply to an event reaches the conversation it came from",
    async check(context) {
      const session = await startSession(context);
      const words = someWords();
      const said = await context.need("say")(words);
      const { conversation, messageId } = await session.event(words);
      const reply = someWords();
      await session.channel.send(
        {
          idempotencyKey: someKey(),
          to: conversation.id,
          inReplyTo: messageId,
          ...(conversation.threadId === undefined ? {} : { threadId: conversation.threadId }),
          content: { type: "text", text: reply },
        },
        AbortSignal.timeout(8_000),
      );
      const [shown] = await eventually("the reply is shown", async () => {
        const found = await context.shown(reply);
        return found.length > 0 && found;
      });
      expect(shown?.conversationId).toBe(said.conversationId);
    },
  },
  {
    name: "serve-order",
    promise: "events are handed over in the order they came, each once",
    async check(context) {
      const session = await startSession(context);
      const say = context.need("say");
      const words = Array.from({ length: 5 }, (_, n) => `${someWords()}-${n}`);
      for (const each of words) {
        await say(each);
        await session.event(each);
      }
      expect(session.events.map(({ text }) => text)).toEqual(words);
      expect(new Set(session.events.map(({ eventId }) => eventId)).size).toBe(words.length);
    },
  },
  {
    name: "serve-group",
    promise: "in a group, only what mentions the bot is addressed to it",
    async check(context) {
      const { supported } = context.options.plugin.groupPolicy;
      if (supported.every((policy) => policy === "disabled")) context.skip("the channel answers in no group");
      const session = await startSession(context);
      const say = context.need("say");
      const [plain, mention] = [someWords(), someWords()];
      await say(plain, { in: "group" });
      const said = await say(mention, { in: "group", mention: true });
      const event = await session.event(mention);
      expect(event).toMatchObject({ conversation: { id: said.conversationId, type: "group" }, addressed: true });
      expect(event.text.trim(), "the text without the mention of the bot").toBe(mention);
      const aside = session.events.find(({ text }) => text.includes(plain));
      if (aside) expect(aside).toMatchObject({ conversation: { type: "group" }, addressed: false });
    },
  },
  {
    name: "serve-own-messages",
    promise: "what the bot says itself is dropped or marked",
    async check(context) {
      const session = await startSession(context);
      const say = context.need("say");
      const [own, after] = [someWords(), someWords()];
      await say(own, { as: "this-bot" });
      await say(after);
      await session.event(after);
      const echoes = session.events.filter(({ text }) => text.includes(own));
      for (const echo of echoes) expect(echo.sender.isSelf, "isSelf of the bot's own message").toBe(true);
    },
  },
  {
    name: "serve-acknowledges",
    promise: "an event is acknowledged after it is stored, and not before",
    async check(context) {
      const session = await startSession(context);
      session.setGate("hold");
      const said = await context.need("say")(someWords());
      await eventually("the event is handed over", () => session.offered() > 0);
      await quietMoment();
      expect(await said.acknowledged(), "acknowledged before it was stored").toBe(false);
      session.setGate("accept");
      await eventually("the event is acknowledged", () => said.acknowledged());
    },
  },
  {
    name: "serve-refused",
    promise: "an event that could not be stored is not acknowledged, and is taken when it comes again",
    async check(context) {
      const session = await startSession(context);
      const redeliver = context.need("redeliver");
      session.setGate("refuse");
      const words = someWords();
      const said = await context.need("say")(words);
      await eventually("the event is handed over", () => session.offered() > 0);
      await quietMoment();
      expect(await said.acknowledged(), "acknowledged although it was not stored").toBe(false);
      session.setGate("accept");
      await redeliver(said);
      await session.event(words);
      await eventually("the event is acknowledged", () => said.acknowledged());
    },
  },
  {
    name: "serve-redelivery",
    promise: "an event delivered again has an id by which it is known, and is acknowledged",
    async check(context) {
      const session = await startSession(context);
      const redeliver = context.need("redeliver");
      const say = context.need("say");
      const [words, after] = [someWords(), someWords()];
      const said = await say(words);
      const first = await session.event(words);
      await eventually("the event is acknowledged", () => said.acknowledged());
      await redeliver(said);
      await say(after);
      await session.event(after);
      for (const again of session.events.filter(({ text }) => text.includes(words))) {
        const same = again.eventId === first.eventId || again.messageId === first.messageId;
        expect(same, "the same event id or message id").toBe(true);
      }
    },
  },
  {
    name: "serve-wrong-credentials",
    promise: "serve ends with `bad-credentials` when the platform refuses the account",
    async check(context) {
      const { options, harness } = context;
      if (!options.plugin.serves) context.skip("the channel is outbound only");
      const channel = context.open(harness.wrongAccount);
      if (channel.webhook) context.skip("the platform calls this channel; nothing is refused until it does");
      const abort = new AbortController();
      context.defer(async () => abort.abort());
      const inbound = { accept: async () => [], cursor: async () => undefined, report: () => {} };
      const serving = channel.serve?.(inbound, abort.signal) ?? Promise.resolve();
      const ended = serving.then(
        () => undefined,
        (error: unknown) => error,
      );
      const error = await within("serve ends", 10_000, ended);
      expect(expectCoded(error, context.secrets).outcome).toBe("bad-credentials");
    },
  },
  {
    name: "serve-stops",
    promise: "serve resolves within two seconds after its signal aborts, and hands nothing over afterwards",
    async check(context) {
      const session = await startSession(context);
      const say = context.need("say");
      const words = someWords();
      await say(words);
      await session.event(words);
      await session.stop();
      const offered = session.offered();
      // Nobody may be there to hear it: some platforms then wait until somebody is.
      void Promise.resolve(say(someWords())).catch(() => {});
      await quietMoment();
      expect(session.offered(), "events handed over after serve has ended").toBe(offered);
    },
  },
  {
    name: "serve-again",
    promise: "a channel whose serve has ended serves again, and events come",
    async check(context) {
      const session = await startSession(context);
      // Whether it stops in time is another promise.
      await session.stop().catch(() => {});
      const again = await serveInCase(context, session.channel);
      const words = someWords();
      await context.need("say")(words);
      await again.event(words);
    },
  },
  {
    name: "serve-aside",
    promise: "before, during and after serve, a channel probes and sends",
    async check(context) {
      if (!context.options.plugin.serves) context.skip("the channel is outbound only");
      const channel = context.open();
      await expectUsable(context, channel);
      const session = await serveInCase(context, channel);
      await expectUsable(context, channel);
      await session.stop().catch(() => {});
      await expectUsable(context, channel);
    },
  },
];

async function expectUsable<Account>(context: ChannelContext<Account>, channel: Channel): Promise<void> {
  await channel.probe(AbortSignal.timeout(8_000));
  const words = someWords();
  await channel.send(
    { idempotencyKey: someKey(), to: context.harness.target, content: { type: "text", text: words } },
    AbortSignal.timeout(8_000),
  );
  await expectShown(context, words, 1);
}

/** Ids, times and types as the contract has them; nothing that cannot cross a process. */
function expectPlainEvent(event: InboundEvent, said: SaidMessage): void {
  expect(event.eventId).not.toBe("");
  expect(event.sender).toMatchObject({ id: said.senderId });
  expect(event.sender.isSelf ?? false).toBe(false);
  expect(event.sentAtMs, "milliseconds since 1970").toBeGreaterThan(1_000_000_000_000);
  expect(JSON.parse(JSON.stringify(event)), "the event as plain data").toEqual(event);
}

import type { Channel } from "@loong/sdk";
import { expect } from "vitest";
import { watchResources } from "../checks/resources.ts";
import { eventually } from "../checks/waiting.ts";
import type { ChannelCase, ChannelContext } from "./context.ts";
import { startSession } from "./session.ts";

/** Node's own `fetch` lets go of an idle socket after four seconds. */
const LEAVE_LIMIT_MS = 6_000;

/** What abilities and `close` promise. */
export const closeCases: readonly ChannelCase[] = [
  {
    name: "typing",
    promise: "typing starts and stops at a message",
    async check(context) {
      const session = await startSession(context);
      const { typing } = session.channel;
      if (!typing) return context.skip("the channel shows no typing");
      const said = await context.need("say")("are you there?");
      const { conversation, messageId } = await session.event("are you there?");
      expect(messageId).toBe(said.messageId);
      const signal = AbortSignal.timeout(8_000);
      const handle = await typing.start({ conversationId: conversation.id, messageId }, signal);
      expect(handle).toBeTypeOf("string");
      await typing.stop(handle, signal);
    },
  },
  {
    name: "close-twice",
    promise: "close may be called twice, also when nothing was done",
    async check({ open }) {
      const unused = open();
      await unused.close();
      await unused.close();
      const used = open();
      await used.probe(AbortSignal.timeout(8_000));
      await Promise.all([used.close(), used.close()]);
    },
  },
  {
    name: "close-frees",
    promise: "after close nothing of the channel keeps the process alive, and no idle socket is left",
    async check(context) {
      using watch = watchResources();
      await watch.during(async () => (await useEverything(context)).close());
      const left = () => ({ ...watch.holding(), ...(watch.openSockets() > 0 && { sockets: watch.openSockets() }) });
      await eventually("sockets and timers are gone", () => Object.keys(left()).length === 0, LEAVE_LIMIT_MS).catch(
        () => expect(left(), "what is left after close").toEqual({}),
      );
    },
  },
];

/** Probes, sends and, where it can, receives and stops. */
async function useEverything<Account>(context: ChannelContext<Account>): Promise<Channel> {
  const session = context.options.plugin.serves ? await startSession(context) : undefined;
  const channel = session?.channel ?? context.open();
  await channel.probe(AbortSignal.timeout(8_000));
  await channel.send(
    { idempotencyKey: `close${Date.now()}`, to: context.harness.target, content: { type: "text", text: "bye" } },
    AbortSignal.timeout(8_000),
  );
  // Whether it stops in time is another promise; whatever is left of it is what `close` is for.
  await session?.stop().catch(() => {});
  return channel;
}

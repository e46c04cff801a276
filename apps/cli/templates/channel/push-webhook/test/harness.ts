import type { ChannelHarness, SendFault } from "@loong/testkit";
import type { Account } from "../src/account.ts";
import { type Emulator, startEmulator } from "../src/emulator/emulator.ts";
import { RETRY_AFTER_S } from "../src/emulator/faults.ts";
import { BOT, DIRECT } from "../src/emulator/platform.ts";
import { forgedRequests } from "./forged.ts";

export interface Harness extends ChannelHarness<Account> {
  readonly emulator: Emulator;
}

/** A platform of its own for one test, and the account on it. */
export async function startHarness(): Promise<Harness> {
  const emulator = await startEmulator();
  const { signingSecret } = emulator.delivery;
  const webhookPath = "/acme/events";
  const account: Account = { baseUrl: emulator.url, token: emulator.token, signingSecret, webhookPath };
  return {
    emulator,
    account,
    wrongAccount: { ...account, token: "another-token" },
    target: DIRECT.id,
    wrongTarget: "no-such-room",
    platform: {
      sentMessages: () => botMessages(emulator),
      say(text, { as, ...options } = {}) {
        const { id, room, sender } = emulator.say(text, { ...options, as: as === "this-bot" ? "bot" : "person" });
        const acknowledged = () => emulator.delivery.isAcknowledged(id);
        return { messageId: id, conversationId: room.id, senderId: sender.id, acknowledged };
      },
      redeliver: ({ messageId }) => emulator.redeliver(messageId),
      failNext: (fault) => failNext(emulator, fault),
      deliverTo: (url) => emulator.delivery.deliverTo(url),
      forge: () => forgedRequests(webhookPath, signingSecret),
    },
    close: () => emulator.close(),
  };
}

function botMessages(emulator: Emulator) {
  const messages = emulator.messages().filter(({ sender }) => sender.id === BOT.id);
  return messages.map(({ id, room, text }) => ({ messageId: id, conversationId: room.id, text }));
}

function failNext(emulator: Emulator, fault: SendFault) {
  emulator.failNext(fault);
  return fault === "rate-limited" ? { retryAfterMs: RETRY_AFTER_S * 1_000 } : undefined;
}

import type { ChannelHarness, SendFault } from "@loong/testkit";
import type { Account } from "../src/account.ts";
import { type Emulator, startEmulator } from "../src/emulator/emulator.ts";
import { RETRY_AFTER_S } from "../src/emulator/faults.ts";
import { GROUP } from "../src/emulator/platform.ts";

/** A platform of its own for one test, and the account on it. */
export async function startHarness(): Promise<ChannelHarness<Account>> {
  const emulator = await startEmulator();
  const account: Account = { baseUrl: emulator.url, token: emulator.token };
  return {
    account,
    wrongAccount: { ...account, token: "another-token" },
    target: GROUP.id,
    wrongTarget: "no-such-room",
    platform: {
      sentMessages: () =>
        emulator.messages().map(({ id, room, text }) => ({ messageId: id, conversationId: room.id, text })),
      failNext: (fault) => failNext(emulator, fault),
    },
    close: () => emulator.close(),
  };
}

function failNext(emulator: Emulator, fault: SendFault) {
  emulator.failNext(fault);
  return fault === "rate-limited" ? { retryAfterMs: RETRY_AFTER_S * 1_000 } : undefined;
}

import type { WebhookRequest } from "@loong/sdk";
import type { ChannelConformanceOptions, ChannelHarness, PlatformUnderTest, SendFault } from "@loong/testkit";
import packageJson from "../package.json" with { type: "json" };
import type { HttpAccount } from "../src/account.ts";
import {
  type Conversation,
  DEFAULT_SECRET,
  type HttpEmulator,
  type Said,
  startHttpEmulator,
} from "../src/emulator/index.ts";
import plugin from "../src/index.ts";

const WAIT_S = 7;

async function harness(abilities: Pick<HttpAccount, "typing" | "previews">): Promise<ChannelHarness<HttpAccount>> {
  const emulator = await startHttpEmulator();
  const room = emulator.directChat(emulator.user("Ann"));
  const account = { secret: DEFAULT_SECRET, callbackUrl: emulator.callbackUrl, ...abilities };
  return {
    account,
    wrongAccount: { ...account, secret: "a-wrong-secret-0123456789" },
    target: room.id,
    wrongTarget: "chat-that-is-not-there",
    platform: platformOf(emulator, room),
    close: () => emulator.close(),
  };
}

function platformOf(emulator: HttpEmulator, room: Conversation): PlatformUnderTest {
  const ann = emulator.user("Ann");
  const said = new Map<string, Said>();
  return {
    sentMessages: () => emulator.shows(),
    say(text, { in: where, mention, as } = {}) {
      const conversation = where === "group" ? emulator.group("Ops") : room;
      const speaker = as === "this-bot" ? emulator.user("Loong") : ann;
      const one = emulator.say(conversation, speaker, text, {
        ...(mention === undefined ? {} : { addressed: mention }),
        ...(as === "this-bot" ? { isSelf: true } : {}),
      });
      said.set(one.messageId, one);
      return one;
    },
    redeliver({ messageId }) {
      const one = said.get(messageId);
      if (one) emulator.redeliver(one);
    },
    failNext(fault) {
      emulator.inject({ action: FAULTS[fault] });
      return fault === "rate-limited" ? { retryAfterMs: WAIT_S * 1000 } : undefined;
    },
    deliverTo: (url) => emulator.deliverTo(url),
    forge: () =>
      emulator
        .forgeries("/http/messages")
        .map(({ what, request }) => ({ what, request: request satisfies WebhookRequest })),
  };
}

const FAULTS = {
  "rate-limited": { status: 429, retryAfterSeconds: WAIT_S },
  "server-error": { status: 500 },
  "response-lost": "reset-after",
} as const satisfies Readonly<Record<SendFault, unknown>>;

/** The channel as the conformance suite has to know it, with all it can do and with nothing of it. */
export const conformances: readonly ChannelConformanceOptions<HttpAccount>[] = [
  {
    plugin,
    manifest: packageJson.loong,
    title: "with typing and previews",
    harness: () => harness({ typing: true, previews: true }),
  },
  { plugin, manifest: packageJson.loong, harness: () => harness({}) },
];

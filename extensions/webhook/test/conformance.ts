import webhook, { type WebhookAccount } from "@loong/webhook";
import { type Fault, type HookKind, type WebhookEmulator, startWebhookEmulator } from "@loong/webhook/emulator";
import type { ChannelConformanceOptions, ChannelHarness, FaultFacts, SendFault } from "@loong/testkit";
import packageJson from "../package.json" with { type: "json" };
import { KINDS, accountOf, hookOptions } from "./account.ts";

const RETRY_AFTER_S = 3;

/** How each receiver says that messages come too fast, and how long it is to wait then. */
const tooFast: Readonly<Record<HookKind, { action: Fault["action"] } & FaultFacts>> = {
  feishu: { action: { errcode: 11232, errmsg: "frequency limited" } },
  lark: { action: { errcode: 11232, errmsg: "frequency limited" } },
  wecom: { action: { errcode: 45009, errmsg: "api freq out of limit" }, retryAfterMs: 60_000 },
  dingtalk: { action: { errcode: 130101, errmsg: "send too fast" }, retryAfterMs: 600_000 },
  slack: { action: { retryAfterSeconds: RETRY_AFTER_S }, retryAfterMs: RETRY_AFTER_S * 1_000 },
  json: { action: { retryAfterSeconds: RETRY_AFTER_S }, retryAfterMs: RETRY_AFTER_S * 1_000 },
};

async function harness(kind: HookKind): Promise<ChannelHarness<WebhookAccount>> {
  const emulator = await startWebhookEmulator();
  const hook = emulator.hook(kind, hookOptions(kind));
  const account = accountOf(hook);
  return {
    account,
    wrongAccount: wrongAccount(kind, account),
    target: "room",
    wrongTarget: "another room",
    platform: {
      // No receiver gives ids; the key that goes along as a header is what names a message on both sides.
      sentMessages: () =>
        hook.shows().map(({ text, headers }) => ({
          text,
          messageId: headers["idempotency-key"] ?? "",
          conversationId: "",
        })),
      failNext: (fault) => failNext(emulator, kind, fault),
    },
    close: () => emulator.close(),
  };
}

/** An address that nobody has; a program of one's own knows people by their token. */
function wrongAccount(kind: HookKind, account: WebhookAccount): WebhookAccount {
  if (kind === "json") return { ...account, authToken: "another-token-entirely" };
  return { ...account, endpointUrl: `${account.endpointUrl?.slice(0, -8)}00000000` };
}

function failNext(emulator: WebhookEmulator, kind: HookKind, fault: SendFault): FaultFacts | void {
  switch (fault) {
    case "rate-limited": {
      const { action, ...facts } = tooFast[kind];
      emulator.inject({ times: 1, action });
      return facts;
    }
    case "server-error":
      return void emulator.inject({ times: 1, action: { status: 500, body: "rollup_error" } });
    case "response-lost":
      return void emulator.inject({ times: 1, action: "reset-after" });
  }
}

/** The channel as the conformance suite has to know it, with each kind of receiver. */
export const conformances: readonly ChannelConformanceOptions<WebhookAccount>[] = KINDS.map((kind) => ({
  plugin: webhook,
  manifest: packageJson.loong,
  title: `with ${kind}`,
  harness: () => harness(kind),
}));

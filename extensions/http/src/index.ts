import { type ChannelPlugin, defineChannel } from "@loong/sdk";
import { accountSchema, type HttpAccount } from "./account.ts";
import { MAX_TEXT_LENGTH } from "./callback/events.ts";
import { openHttp } from "./channel.ts";

export type { HttpAccount } from "./account.ts";
export type {
  CallbackEvent,
  DiscardEvent,
  MessageEvent,
  PingEvent,
  Place,
  PreviewEvent,
  TypingEvent,
} from "./callback/events.ts";

const DAY_MS = 86_400_000;

/** Anything that speaks HTTP: it posts signed JSON to the gateway, and the gateway posts signed JSON to it. */
const http: ChannelPlugin<HttpAccount> = defineChannel<HttpAccount>({
  id: "http",
  label: "HTTP",
  serves: true,
  accounts: {
    schema: accountSchema,
    target: { form: "a conversation id of the application", required: true, examples: ["room-7"] },
  },
  dmPolicy: { supported: ["pairing", "allowlist", "open", "disabled"], default: "pairing" },
  groupPolicy: { supported: ["allowlist", "open", "disabled"], default: "allowlist" },
  text: { maxLength: MAX_TEXT_LENGTH, unit: "utf16-units" },
  // What the README asks of an application: remember for a day what it has taken.
  idempotencyWindowMs: DAY_MS,
  open: openHttp,
});

export default http;

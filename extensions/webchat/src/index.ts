import { type ChannelPlugin, defineChannel } from "@loong/sdk";
import { type WebchatAccount, accountSchema } from "./account.ts";
import { MAX_TEXT_LENGTH, openWebchat } from "./channel.ts";

export type { WebchatAccount } from "./account.ts";

const HOUR_MS = 60 * 60 * 1_000;

const webchat: ChannelPlugin<WebchatAccount> = defineChannel<WebchatAccount>({
  id: "webchat",
  label: "Web chat",
  serves: true,
  accounts: {
    schema: accountSchema,
    target: {
      form: "a visitor's id, as in the pairing list",
      required: true,
      examples: ["v3f1c9a7b2e4d60518a9c7e3f5b21d0c4a6e8"],
    },
  },
  dmPolicy: { supported: ["pairing", "allowlist", "open", "disabled"], default: "pairing" },
  groupPolicy: { supported: ["disabled"], default: "disabled" },
  text: { maxLength: MAX_TEXT_LENGTH, unit: "utf16-units" },
  // A page shows a key once for as long as it is open, and the listener for as long as its history holds it.
  idempotencyWindowMs: HOUR_MS,
  open: openWebchat,
});

export default webchat;

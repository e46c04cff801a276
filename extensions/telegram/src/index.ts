import { defineChannel } from "@loong/sdk";
import { type TelegramAccount, accountSchema } from "./config.ts";
import { openChannel } from "./open.ts";
import { MAX_TEXT } from "./outbound/markdown.ts";

export type { TelegramAccount } from "./config.ts";

/** Telegram bots, over the Bot API. */
export default defineChannel<TelegramAccount>({
  id: "telegram",
  aliases: ["tg"],
  label: "Telegram",
  serves: true,
  accounts: {
    schema: accountSchema,
    target: {
      form: "chat id | chat id:topic | @name of a public channel or group",
      required: true,
      examples: ["123456789", "-1001234567890", "-1001234567890:42", "@example_channel"],
    },
  },
  dmPolicy: { supported: ["open", "allowlist", "pairing", "disabled"], default: "pairing" },
  groupPolicy: { supported: ["open", "allowlist", "disabled"], default: "allowlist" },
  text: { maxLength: MAX_TEXT, unit: "utf16-units" },
  open: openChannel,
});

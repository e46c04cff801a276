import { defineChannel } from "@loong/sdk";
import { type WecomAccount, accountSchema } from "./config.ts";
import { openChannel } from "./open.ts";

export type { WecomAccount } from "./config.ts";

/** WeCom (企业微信): an AIBot (智能机器人) over its official long connection. */
export default defineChannel<WecomAccount>({
  id: "wecom",
  aliases: ["wechat-work", "qywx"],
  label: "WeCom / 企业微信",
  serves: true,
  accounts: {
    schema: accountSchema,
    target: {
      form: "user:<userid> | group:<chatid> | a conversation id",
      required: true,
      examples: ["user:zhangsan", "group:wrkSFfCgAAbcdefghijklmnopqrstuvw"],
    },
  },
  dmPolicy: { supported: ["open", "allowlist", "pairing", "disabled"], default: "pairing" },
  groupPolicy: { supported: ["open", "allowlist", "disabled"], default: "allowlist" },
  redelivers: false,
  // The platform takes 20,480 bytes; rendering adds a little to some texts.
  text: { maxLength: 20_000, unit: "utf8-bytes" },
  open: (account, host) => openChannel(account, host),
});

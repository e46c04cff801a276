import { defineChannel } from "@loong/sdk";
import { type FeishuAccount, accountSchema } from "./config.ts";
import { openChannel } from "./open.ts";

export type { FeishuAccount } from "./config.ts";
export {
  type LarkImage,
  type LarkOptions,
  type LarkPost,
  type LarkSendOptions,
  probeLarkBot,
  replyMessageLark,
  sendImageLark,
  sendInteractiveCardLark,
  sendMessageLark,
  sendPostLark,
  uploadImageLark,
} from "./functions.ts";

/** Feishu and Lark: one platform under two addresses. */
export default defineChannel<FeishuAccount>({
  id: "feishu",
  aliases: ["lark"],
  label: "Feishu / Lark",
  serves: true,
  accounts: {
    schema: accountSchema,
    target: {
      form: "oc_… (chat) | ou_… or on_… (person) | email",
      required: true,
      examples: ["oc_62f029a341924f299a9cccf08b65eafa", "ou_686b51d46cc2ea20062da3e6deae2c66"],
    },
  },
  dmPolicy: { supported: ["open", "allowlist", "pairing", "disabled"], default: "pairing" },
  groupPolicy: { supported: ["open", "allowlist", "disabled"], default: "allowlist" },
  // A card takes 30 KB of its own JSON, in which quotes and line ends grow.
  text: { maxLength: 20_000, unit: "utf8-bytes" },
  // https://open.feishu.cn/document/server-docs/im-v1/message/create: one message per uuid in an hour (read 2026-05)
  idempotencyWindowMs: 3_600_000,
  open: openChannel,
});

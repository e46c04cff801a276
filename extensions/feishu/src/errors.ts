import { defineErrors } from "@loong/sdk";

/** What the platform said, in the words its troubleshooting pages are searched for: `API error: 230002: Bot is not in the chat`. */
const said = (code: number, detail: string) => `API error: ${code}${detail === "" ? "" : `: ${detail}`}`;
const later = "It is tried again on its own.";
const recheck = "then run `loong channels status --probe`";

/**
 * Every code this channel can throw. Rows that take `(code, detail)` stand for refusals of the platform; `classify.ts` says
 * which of its numbers means which row.
 */
export const feishuErrors = defineErrors({
  // What the operator wrote.
  FEISHU_APP_ID_MISSING: {
    message: "App ID not configured",
    hint: (path: string) => `Run \`loong config set ${path}.appId cli_…\`, or set LARK_APP_ID in the environment.`,
    outcome: "bad-credentials",
  },
  FEISHU_APP_SECRET_MISSING: {
    message: "App secret not configured",
    hint: (path: string) => `Run \`loong config set ${path}.appSecret …\`, or set LARK_APP_SECRET in the environment.`,
    outcome: "bad-credentials",
  },
  FEISHU_APP_ID_FORM: {
    message: (appId: string) => `"${appId}" is no App ID: the long connection needs cli_ and 16 hexadecimal digits.`,
    hint: "Copy the App ID from Credentials & Basic Info (凭证与基础信息) and run `loong config set channels.lark.appId cli_…`.",
    outcome: "bad-credentials",
  },
  FEISHU_BASE_URL: {
    message: "The base URL is not an https address without user, password, query and fragment.",
    hint: "Run `loong config set channels.lark.baseUrl https://…`, or remove it and choose channels.lark.domain feishu or lark.",
    outcome: "bad-credentials",
  },
  FEISHU_WEBHOOK_SECRETS_MISSING: {
    message: "Webhook mode has no encryptKey and no verificationToken, so events cannot be verified and are refused.",
    hint: "Copy both from Events and Callbacks (事件与回调) → Encryption Strategy: `loong config set channels.lark.encryptKey …` and `channels.lark.verificationToken …`.",
  },

  // Who we are to the platform.
  FEISHU_CREDENTIALS_REJECTED: {
    message: (code: number, detail: string) => `Invalid App ID or App Secret (${said(code, detail)})`,
    hint: () =>
      `Compare channels.lark.appId and channels.lark.appSecret with the Credentials page of the app, and channels.lark.domain with where it was created (feishu or lark), ${recheck}.`,
    outcome: "bad-credentials",
  },
  FEISHU_TOKEN_REFUSED: {
    message: (code: number, detail: string) => `Invalid App ID or App Secret (${said(code, detail)})`,
    hint: () =>
      `A new token was refused as well. Compare channels.lark.appId and channels.lark.appSecret with the Credentials page of the app, ${recheck}.`,
    outcome: "bad-credentials",
  },
  FEISHU_BOT_DISABLED: {
    message: (code: number, detail: string) => `Bot capability not enabled (${said(code, detail)})`,
    hint: () =>
      `Go to the app's settings, Add Features (添加应用能力), enable the Bot feature and publish a version, ${recheck}.`,
    outcome: "bad-credentials",
  },
  FEISHU_BOT_INACTIVE: {
    message: (status: number) => `The bot is not enabled in this company (activate_status ${status}).`,
    hint: () => `Publish a version of the app (版本管理与发布) and let an administrator enable it, ${recheck}.`,
    outcome: "bad-credentials",
  },
  FEISHU_APP_DISABLED: {
    message: (code: number, detail: string) => `The app is disabled or not published (${said(code, detail)})`,
    hint: () => `Publish a version of the app (版本管理与发布) and let an administrator enable it, ${recheck}.`,
    outcome: "bad-credentials",
  },
  FEISHU_IP_REFUSED: {
    message: (code: number, detail: string) =>
      `The platform does not accept calls from this address (${said(code, detail)})`,
    hint: "Add this machine's public address under Security Settings → IP allowlist (安全设置 → IP 白名单).",
    outcome: "bad-credentials",
  },
  FEISHU_SCOPE_MISSING: {
    message: (code: number, scopes: readonly string[], _url: string) =>
      `The app may not do this (API error: ${code}); it needs one of: ${scopes.length === 0 ? "see the console" : scopes.join(", ")}`,
    hint: (_code: number, _scopes: readonly string[], url: string) =>
      `Request the scope at ${url}, publish a version, then repeat with \`loong messages retry\`.`,
    outcome: "rejected",
  },

  // The platform is busy or out of reach.
  FEISHU_RATE_LIMITED: {
    message: (code: number, detail: string) => `The platform asks to go slower (${said(code, detail)})`,
    hint: later,
    outcome: "not-sent",
  },
  FEISHU_QUOTA_USED_UP: {
    message: (code: number, detail: string) => `The quota of API calls is used up (${said(code, detail)})`,
    hint: "Raise the quota of the company's plan or wait for the next period, then run `loong messages retry`; `loong config set channels.lark.ackReactions false` saves two calls per answer.",
    outcome: "rejected",
  },
  FEISHU_UNREACHABLE: {
    message: (host: string, reason: string) => `Cannot reach ${host} (${reason}).`,
    hint: () => `Check the network, the proxy and channels.lark.domain. ${later}`,
    outcome: "not-sent",
  },
  FEISHU_NO_ANSWER: {
    message: (host: string, reason: string) => `${host} took the request but did not answer (${reason}).`,
    hint: () => `${later} The idempotency key keeps the message from showing twice.`,
    outcome: "unknown",
  },
  FEISHU_BAD_ANSWER: {
    message: (host: string, status: number) =>
      `${host} answered HTTP ${status} with something that is not the platform's JSON.`,
    hint: () => `${later} If it stays, check the proxy and channels.lark.baseUrl.`,
    outcome: "unknown",
  },
  FEISHU_SERVER_ERROR: {
    message: (code: number, detail: string) => `The platform had an internal error (${said(code, detail)})`,
    hint: later,
    outcome: "unknown",
  },
  FEISHU_SEND_UNDER_WAY: {
    message: (code: number, detail: string) =>
      `The platform is still working on this very message (${said(code, detail)})`,
    hint: later,
    outcome: "unknown",
  },

  // The platform refuses what was asked.
  FEISHU_REFUSED: {
    message: (code: number, detail: string) => `The platform refused the call (${said(code, detail)})`,
    hint: (code: number) =>
      `Look up ${code} at https://open.feishu.cn/document/server-docs/api-call-guide/generic-error-code.`,
    outcome: "rejected",
  },
  FEISHU_BAD_REQUEST: {
    message: (code: number, detail: string) => `The platform found the request wrong (${said(code, detail)})`,
    hint: "Check the target and, for a card, its JSON; an open_id belongs to one app only.",
    outcome: "rejected",
  },
  FEISHU_TARGET_INVALID: {
    message: (code: number, detail: string) => `There is no such target (${said(code, detail)})`,
    hint: "Write oc_… for a chat, ou_… for a person as this app sees them, or an email; set channels.lark.receiveIdType for ids of another form.",
    outcome: "rejected",
  },
  FEISHU_NOT_IN_CHAT: {
    message: (code: number, detail: string) => `The bot is not in this chat (${said(code, detail)})`,
    hint: "Add the bot under Group Settings → Bots (群设置 → 群机器人), then run `loong messages retry`.",
    outcome: "rejected",
  },
  FEISHU_USER_OUT_OF_RANGE: {
    message: (code: number, detail: string) => `This person cannot use the app (${said(code, detail)})`,
    hint: "Add the person to the app's availability range (可用范围) and publish a version, then run `loong messages retry`.",
    outcome: "rejected",
  },
  FEISHU_NOT_ALLOWED: {
    message: (code: number, detail: string) => `The bot may not write here (${said(code, detail)})`,
    hint: "Check the chat's settings: muted, closed to bots, another company, or the person has stopped the bot.",
    outcome: "rejected",
  },
  FEISHU_MESSAGE_GONE: {
    message: (code: number, detail: string) => `The message was recalled or deleted (${said(code, detail)})`,
    hint: "Nothing to mend: there is nothing left to answer.",
    outcome: "rejected",
  },
  FEISHU_THREAD_UNSUPPORTED: {
    message: (code: number, detail: string) => `This message cannot be answered in a thread (${said(code, detail)})`,
    hint: "Answer in the chat instead: `loong message send --to oc_…`.",
    outcome: "rejected",
  },
  FEISHU_CONTENT_REFUSED: {
    message: (code: number, detail: string) => `The platform refuses the content (${said(code, detail)})`,
    hint: "The company's content or data protection rules hit it; change the words and send again.",
    outcome: "rejected",
  },
  FEISHU_TOO_LONG: {
    message: (code: number, detail: string) => `The message is too long (${said(code, detail)})`,
    hint: "A card or rich text takes 30 KB, a text 150 KB: send it in parts or as a file.",
    outcome: "rejected",
  },
  FEISHU_CARD_REFUSED: {
    message: (code: number, detail: string) => `The platform refuses the card (${said(code, detail)})`,
    hint: "Check the card with the card builder at https://open.feishu.cn/cardkit, or run `loong config set channels.lark.renderMode text`.",
    outcome: "rejected",
  },
  FEISHU_CARD_SEQUENCE: {
    message: (code: number, detail: string) => `The card has moved on (${said(code, detail)})`,
    hint: later,
    outcome: "not-sent",
  },
  FEISHU_CARD_STREAM_OVER: {
    message: (code: number, detail: string) =>
      `The card takes no more words as they are written (${said(code, detail)})`,
    hint: "The platform ends this mode after ten minutes; it is switched on again on its own.",
    outcome: "not-sent",
  },
  FEISHU_CARD_BUSY: {
    message: (code: number, detail: string) => `Somebody is using the card at this moment (${said(code, detail)})`,
    hint: later,
    outcome: "not-sent",
  },
  FEISHU_PREVIEW_NOT_NOTED: {
    message: (reason: string) => `The card of a preview could not be noted on disk (${reason}).`,
    hint: "Make the data folder in LOONG_HOME writable. Answers are said whole until then.",
    outcome: "not-sent",
  },
  FEISHU_PREVIEW_UNKNOWN: {
    message: "This preview was not made by this channel.",
    hint: "Nothing to mend: the answer is said as a new message.",
    outcome: "rejected",
  },
  FEISHU_EDIT_REFUSED: {
    message: (code: number, detail: string) => `The message cannot be edited any more (${said(code, detail)})`,
    hint: "Send a new message: only the bot's own may be edited, at most 20 times and within the company's time limit; cards for 14 days.",
    outcome: "rejected",
  },
  FEISHU_EDIT_KIND: {
    message: "A message keeps its kind: a card stays a card, a text a text, and images and files cannot be changed.",
    hint: "Send a new message with `loong message send`.",
    outcome: "rejected",
  },
  FEISHU_REACTION_REFUSED: {
    message: (code: number, detail: string) => `The platform refuses the reaction (${said(code, detail)})`,
    hint: "Use an emoji type of the platform, such as OK or DONE; only the bot's own reactions can be removed.",
    outcome: "rejected",
  },
  FEISHU_CHAT_UNAVAILABLE: {
    message: (code: number, detail: string) => `The chat is not available to the bot (${said(code, detail)})`,
    hint: "The chat may be dissolved, belong to another company, or lack the bot; check the target.",
    outcome: "rejected",
  },
  FEISHU_CONTACT_REFUSED: {
    message: (code: number, detail: string) => `The app may not see this person (${said(code, detail)})`,
    hint: "Widen the app's contact range (通讯录权限范围) and publish a version.",
    outcome: "rejected",
  },

  // Files.
  FEISHU_FILE_REFUSED: {
    message: (code: number, detail: string) => `The platform refuses the file (${said(code, detail)})`,
    hint: "Images up to 10 MB, other files up to 30 MB, none empty; mp4 is sent as video, opus as audio.",
    outcome: "rejected",
  },
  FEISHU_FILE_UNREADABLE: {
    message: (name: string, reason: string) => `Cannot read the file ${name} (${reason}).`,
    hint: "Give the path of a file that the gateway's user can read.",
    outcome: "rejected",
  },
  FEISHU_FILE_SIZE: {
    message: (name: string, sizeBytes: number, maxBytes: number) =>
      `${name} has ${sizeBytes} bytes; the platform takes 1 to ${maxBytes}.`,
    hint: "Send a smaller file or a link.",
    outcome: "rejected",
  },
  FEISHU_ID_FORM: {
    message: (id: string) => `"${id}" is no id of a message, a chat or a file.`,
    hint: "Take the id as the platform shows it: `loong channels send --to oc_…`.",
    outcome: "rejected",
  },
  FEISHU_MEDIA_TOO_LARGE: {
    message: (maxBytes: number) => `The attachment is larger than ${maxBytes} bytes.`,
    hint: "Ask for a smaller file.",
    outcome: "rejected",
  },
  FEISHU_MEDIA_KIND: {
    message: (kind: string) => `The platform does not hand out attachments of the kind ${kind}.`,
    hint: "Ask for it as an image or a file.",
    outcome: "rejected",
  },

  // The long connection.
  FEISHU_LINK_BUSY: {
    message: (code: number, detail: string) => `The platform gives no long connection now (${said(code, detail)})`,
    hint: "It is tried again on its own. If it stays: publish the app, choose persistent connection (使用长连接接收事件) under Events and Callbacks, and check channels.lark.domain.",
  },
  FEISHU_LINK_LIMIT: {
    message: (code: number, detail: string) => `Too many long connections of this app are open (${said(code, detail)})`,
    hint: "Stop other programs that use this app: the platform allows 50 and gives each event to only one of them.",
    outcome: "conflict",
  },
  FEISHU_LINK_FAILED: {
    message: (reason: string) => `The long connection could not be opened (${reason}).`,
    hint: "It is tried again on its own. If it stays, check the network, or try `loong config set channels.lark.mode webhook`.",
  },
  FEISHU_LINK_LOST: {
    message: "The long connection was lost.",
    hint: "It is opened again on its own.",
  },
});

import { defineErrors } from "@loong/sdk";

/** What the platform said, in the words its users search for: `API error: 403: Forbidden: bot was blocked by the user`. */
const said = (code: number, detail: string) => `API error: ${code}${detail === "" ? "" : `: ${detail}`}`;
const later = "It is tried again on its own.";
const recheck = "then run `loong channels status --probe`";

/**
 * Every code this channel can throw. Rows that take `(code, detail)` stand for refusals of the platform; `api/classify.ts` says
 * which of its answers means which row.
 */
export const telegramErrors = defineErrors({
  // What the operator wrote.
  TELEGRAM_TOKEN_MISSING: {
    message: "Bot token not configured",
    hint: (path: string) =>
      `Get one from @BotFather, then run \`loong config set ${path}.botToken …\`, or set TELEGRAM_BOT_TOKEN in the environment.`,
    outcome: "bad-credentials",
  },
  TELEGRAM_TOKEN_FORM: {
    message: "This is no bot token: it needs digits, a colon, and letters, digits, - or _.",
    hint: (path: string) => `Copy the whole token from @BotFather and run \`loong config set ${path}.botToken …\`.`,
    outcome: "bad-credentials",
  },
  TELEGRAM_BASE_URL: {
    message: "The base URL is not an https address without user, password, query and fragment.",
    hint: "Run `loong config set channels.telegram.baseUrl https://…`, or remove it to use api.telegram.org.",
    outcome: "bad-credentials",
  },
  TELEGRAM_WEBHOOK_SECRET_MISSING: {
    message: "Webhook mode has no webhookSecret, so updates cannot be verified and are refused.",
    hint: "Run `loong config set channels.telegram.webhookSecret …` with 1 to 256 letters, digits, - or _.",
  },
  TELEGRAM_TARGET_FORM: {
    message: (to: string) => `"${to}" is no Telegram target.`,
    hint: "Write a chat id such as 123456789 or -1001234567890, chat:topic for a topic, or @name for a public channel or group.",
    outcome: "rejected",
  },
  TELEGRAM_CARD_FORM: {
    message: "A Telegram card is an object with `text` and, for buttons, `reply_markup.inline_keyboard`.",
    hint: 'Write it as {"text": "Deploy?", "reply_markup": {"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}]]}}.',
    outcome: "rejected",
  },

  // Who we are to the platform.
  TELEGRAM_TOKEN_REJECTED: {
    message: (code: number, detail: string) => `Telegram does not know this bot token (${said(code, detail)})`,
    hint: () => `Compare channels.telegram.botToken with what @BotFather shows under /mybots → API Token, ${recheck}.`,
    outcome: "bad-credentials",
  },
  TELEGRAM_CONFLICT: {
    message: (code: number, detail: string) => `Another program receives this bot's updates (${said(code, detail)})`,
    hint: "Stop the other program, or give each its own bot: Telegram hands updates to one at a time.",
    outcome: "conflict",
  },
  TELEGRAM_WEBHOOK_ACTIVE: {
    message: (code: number, detail: string) => `Somebody sets a webhook for this bot (${said(code, detail)})`,
    hint: "Stop the program that sets it, or run `loong config set channels.telegram.mode webhook`.",
    outcome: "conflict",
  },

  // The platform is busy or out of reach.
  TELEGRAM_RATE_LIMITED: {
    message: (code: number, detail: string) => `Telegram asks to go slower (${said(code, detail)})`,
    hint: later,
    outcome: "not-sent",
  },
  TELEGRAM_UNREACHABLE: {
    message: (host: string, reason: string) => `Cannot reach ${host} (${reason}).`,
    hint: () =>
      `Check the network and the proxy (HTTPS_PROXY), or set channels.telegram.baseUrl to a Bot API server you can reach. ${later}`,
    outcome: "not-sent",
  },
  TELEGRAM_NO_ANSWER: {
    message: (host: string, reason: string) => `${host} took the request but did not answer (${reason}).`,
    hint: "Look into the chat before you run `loong messages retry`: Telegram knows no idempotency key.",
    outcome: "unknown",
  },
  TELEGRAM_BAD_ANSWER: {
    message: (host: string, status: number) =>
      `${host} answered HTTP ${status} with something that is not the Bot API's JSON.`,
    hint: () => `${later} If it stays, check the proxy and channels.telegram.baseUrl.`,
    outcome: "unknown",
  },
  TELEGRAM_SERVER_ERROR: {
    message: (code: number, detail: string) => `Telegram had an internal error (${said(code, detail)})`,
    hint: later,
    outcome: "unknown",
  },
  TELEGRAM_POLL_STALLED: {
    message: (seconds: number) => `A poll was not answered within ${seconds} seconds.`,
    hint: () => `Check the network. ${later}`,
    outcome: "not-sent",
  },

  // The platform refuses what was asked.
  TELEGRAM_REFUSED: {
    message: (code: number, detail: string) => `Telegram refused the call (${said(code, detail)})`,
    hint: "Look the words up at https://core.telegram.org/bots/api, mend the message or the chat's settings, then run `loong messages retry`.",
    outcome: "rejected",
  },
  TELEGRAM_METHOD_UNKNOWN: {
    message: (code: number, detail: string) => `This Bot API server does not know the method (${said(code, detail)})`,
    hint: "Update the server that channels.telegram.baseUrl names, or remove the key to use api.telegram.org.",
    outcome: "rejected",
  },
  TELEGRAM_CHAT_NOT_FOUND: {
    message: (code: number, detail: string) => `There is no such chat for this bot (${said(code, detail)})`,
    hint: "Check the chat id. A person must have pressed Start in the bot's chat, a group must have the bot as a member; @name works for public channels and groups only.",
    outcome: "rejected",
  },
  TELEGRAM_CHAT_MIGRATED: {
    message: (code: number, detail: string) =>
      `The group has become a supergroup with another id (${said(code, detail)})`,
    hint: "Use the new chat id in channels.telegram.allowedChatIds, in groups and as a target; the log has both ids.",
    outcome: "rejected",
  },
  TELEGRAM_BLOCKED: {
    message: (code: number, detail: string) =>
      `The person has blocked the bot or never started it (${said(code, detail)})`,
    hint: "The person must open the bot's chat and press Start; then run `loong messages retry`.",
    outcome: "rejected",
  },
  TELEGRAM_NOT_IN_CHAT: {
    message: (code: number, detail: string) => `The bot is not in this chat (${said(code, detail)})`,
    hint: "Add the bot to the chat, then run `loong messages retry`.",
    outcome: "rejected",
  },
  TELEGRAM_NOT_ALLOWED: {
    message: (code: number, detail: string) => `The bot may not do this here (${said(code, detail)})`,
    hint: "Check the chat's permissions and the bot's rights as an administrator; a closed topic takes no messages.",
    outcome: "rejected",
  },
  TELEGRAM_THREAD_NOT_FOUND: {
    message: (code: number, detail: string) => `There is no such topic (${said(code, detail)})`,
    hint: "Send to the chat without a topic: `loong message send --to -100…`.",
    outcome: "rejected",
  },
  TELEGRAM_FORMAT_REFUSED: {
    message: (code: number, detail: string) => `Telegram refuses the formatting (${said(code, detail)})`,
    hint: "Check the entities, links and buttons of the card.",
    outcome: "rejected",
  },
  TELEGRAM_TOO_LONG: {
    message: (code: number, detail: string) => `The message is too long or empty (${said(code, detail)})`,
    hint: "A message takes 1 to 4096 characters, a caption 1024: send it in parts or as a file.",
    outcome: "rejected",
  },
  TELEGRAM_NOT_MODIFIED: {
    message: (code: number, detail: string) => `The message shows this already (${said(code, detail)})`,
    hint: "Nothing to mend.",
    outcome: "rejected",
  },
  TELEGRAM_MESSAGE_GONE: {
    message: (code: number, detail: string) => `The message is gone or too old to change (${said(code, detail)})`,
    hint: "Send a new message with `loong message send`.",
    outcome: "rejected",
  },
  TELEGRAM_MESSAGE_REF: {
    message: (id: string) => `"${id}" is no id of a Telegram message.`,
    hint: "Write chat:message, as in -1001234567890:42; `loong messages list` shows them.",
    outcome: "rejected",
  },
  TELEGRAM_EDIT_KIND: {
    message: "Only text can take the place of text: files cannot be changed.",
    hint: "Send a new message with `loong message send`.",
    outcome: "rejected",
  },
  TELEGRAM_REACTION_REFUSED: {
    message: (code: number, detail: string) => `Telegram refuses the reaction (${said(code, detail)})`,
    hint: "Use one of Telegram's reaction emoji, such as 👍 or 👀, that this chat allows.",
    outcome: "rejected",
  },
  TELEGRAM_QUERY_EXPIRED: {
    message: (code: number, detail: string) =>
      `The press of the button is too old to be answered (${said(code, detail)})`,
    hint: "Nothing to mend: the button only stopped spinning by itself.",
    outcome: "rejected",
  },

  // Files.
  TELEGRAM_FILE_REFUSED: {
    message: (code: number, detail: string) => `Telegram refuses the file (${said(code, detail)})`,
    hint: "Photos up to 10 MB, other files up to 50 MB, none empty.",
    outcome: "rejected",
  },
  TELEGRAM_FILE_UNREADABLE: {
    message: (name: string, reason: string) => `Cannot read the file ${name} (${reason}).`,
    hint: "Give the path of a file that the gateway's user can read.",
    outcome: "rejected",
  },
  TELEGRAM_FILE_SIZE: {
    message: (name: string, sizeBytes: number, maxBytes: number) =>
      `${name} has ${sizeBytes} bytes; Telegram takes 1 to ${maxBytes}.`,
    hint: "Send a smaller file or a link.",
    outcome: "rejected",
  },
  TELEGRAM_MEDIA_TOO_LARGE: {
    message: (maxBytes: number) => `The attachment is larger than ${maxBytes} bytes.`,
    hint: "Ask for a smaller file; Telegram hands bots at most 20 MB.",
    outcome: "rejected",
  },
  TELEGRAM_MEDIA_UNAVAILABLE: {
    message: "Telegram does not hand out this attachment.",
    hint: "Ask the sender to send the file again; a Bot API server that runs with --local is not supported.",
    outcome: "rejected",
  },

  // What works and is still worth knowing (`probe`).
  TELEGRAM_PRIVACY_MODE: {
    message: "In groups the bot sees only commands, replies to it and mentions of it.",
    hint: "To let it see everything: @BotFather, /setprivacy, Disable; then remove the bot from each group and add it again.",
  },
  TELEGRAM_WEBHOOK_SET: {
    message: (host: string) => `A webhook at ${host} is set for this bot, so polling gets nothing.`,
    hint: "The gateway removes it when it starts to poll; to keep it, run `loong config set channels.telegram.mode webhook`.",
  },
  TELEGRAM_WEBHOOK_UNSET: {
    message: "No webhook is set for this bot.",
    hint: "Run `loong config set channels.telegram.webhookUrl https://…`, and the gateway sets it when it starts.",
  },
  TELEGRAM_WEBHOOK_FAILING: {
    message: (detail: string, pending: number) =>
      `Telegram's last call of the webhook failed (${detail}); ${pending} updates wait.`,
    hint: "Check that channels.telegram.webhookUrl reaches this gateway and that channels.telegram.webhookSecret is the one that was set.",
  },
});

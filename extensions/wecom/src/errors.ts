import { defineErrors } from "@loong/sdk";

/** What the platform said, in the form its documentation is searched by: `errcode 93006: invalid chatid`. */
const said = (code: number, detail: string) => `errcode ${code}${detail === "" ? "" : `: ${detail}`}`;
const later = "It is tried again on its own.";
const recheck = "then run `loong channels status --probe`";

/**
 * Every code this channel can throw. Rows that take `(code, detail)` stand for refusals of the platform; `link/classify.ts`
 * says which of its numbers means which row.
 */
export const wecomErrors = defineErrors({
  // What the operator wrote.
  WECOM_BOT_ID_MISSING: {
    message: "Bot ID not configured",
    hint: (path: string) => `Run \`loong config set ${path}.botId aib…\`, or set WECOM_BOT_ID in the environment.`,
    outcome: "bad-credentials",
  },
  WECOM_SECRET_MISSING: {
    message: "Secret not configured",
    hint: (path: string) => `Run \`loong config set ${path}.secret …\`, or set WECOM_SECRET in the environment.`,
    outcome: "bad-credentials",
  },
  WECOM_WEBSOCKET_URL: {
    message: "The websocket URL is not a wss address without user, password, query and fragment.",
    hint: "Run `loong config unset channels.wecom.websocketUrl` for the official address, or set a wss:// one.",
    outcome: "bad-credentials",
  },

  // The connection.
  WECOM_CREDENTIALS_REJECTED: {
    message: (code: number, detail: string) => `Invalid Bot ID or Secret (${said(code, detail)})`,
    hint: () =>
      `Compare channels.wecom.botId and channels.wecom.secret with the bot's API settings (API 模式 → 长连接), ${recheck}.`,
    outcome: "bad-credentials",
  },
  WECOM_SUBSCRIBE_LIMITED: {
    message: (code: number, detail: string) => `The platform lets this bot connect less often (${said(code, detail)})`,
    hint: `${later} Raise channels.wecom.reconnectIntervalS if it stays, and look for another program that uses this bot.`,
    outcome: "not-sent",
  },
  WECOM_SUBSCRIBE_REFUSED: {
    message: (code: number, detail: string) => `The platform refuses the connection (${said(code, detail)})`,
    hint: "Check in the console that the bot exists and its API mode (API 模式) is the long connection (长连接).",
    outcome: "not-sent",
  },
  WECOM_SUBSCRIBE_SILENT: {
    message: (seconds: number) => `The platform did not answer the subscription within ${seconds} s.`,
    hint: `${later} If it stays, check channels.wecom.websocketUrl and the proxy.`,
    outcome: "not-sent",
  },
  WECOM_UNREACHABLE: {
    message: (host: string, reason: string) => `Cannot reach ${host} (${reason}).`,
    hint: () => `Check the network, the proxy and channels.wecom.websocketUrl. ${later}`,
    outcome: "not-sent",
  },
  WECOM_LINK_LOST: {
    message: (reason: string) => `The long connection was lost (${reason}).`,
    hint: "It is opened again on its own. If it happens often, tune channels.wecom.pingIntervalS and channels.wecom.reconnectIntervalS.",
    outcome: "not-sent",
  },
  WECOM_LINK_SILENT: {
    message: (seconds: number) => `The long connection is dead: a ping had no answer for ${seconds} s.`,
    hint: "It is opened again on its own. If it happens often, lower channels.wecom.pingIntervalS.",
    outcome: "not-sent",
  },
  WECOM_KICKED: {
    message: "Another program has connected with this bot, and the platform keeps one connection of a bot.",
    hint: "Stop the other program, or give each its own bot; `loong gateway status` shows when this one tries again.",
    outcome: "conflict",
  },
  WECOM_NOT_SUBSCRIBED: {
    message: (code: number, detail: string) =>
      `The platform no longer counts this connection as the bot's (${said(code, detail)})`,
    hint: "It is opened again on its own. If it stays, look for another program that uses this bot.",
    outcome: "not-sent",
  },
  WECOM_NOT_CONNECTED: {
    message: (reason: string) => `The bot is not connected now (${reason}).`,
    hint: `${later} \`loong gateway status\` says why.`,
    outcome: "not-sent",
  },

  WECOM_GROUPS_BY_MENTION: {
    message: "In groups the bot gets only messages that mention it; the platform keeps the others from it.",
    hint: "Nothing to mend; `requireMention: false` has no effect on this channel.",
  },

  // What became of a frame.
  WECOM_ABORTED: {
    message: "The call was given up before it was sent.",
    hint: "Nothing to mend; repeat it when wanted.",
    outcome: "not-sent",
  },
  WECOM_NO_ACK: {
    message: (seconds: number) => `The platform did not acknowledge the message within ${seconds} s.`,
    hint: "It may have been shown: look into the chat before `loong messages retry`.",
    outcome: "unknown",
  },
  WECOM_ACK_LOST: {
    message: (reason: string) => `The connection ended before the message was acknowledged (${reason}).`,
    hint: "It may have been shown: look into the chat before `loong messages retry`.",
    outcome: "unknown",
  },
  WECOM_REPLY_UNCLEAR: {
    message: "An earlier part of this reply was never acknowledged, so no acknowledgement of it can be told apart.",
    hint: "The answer is sent as a message of its own.",
    outcome: "not-sent",
  },

  // The platform is busy.
  WECOM_BUSY: {
    message: (code: number, detail: string) => `The platform is busy (${said(code, detail)})`,
    hint: later,
    outcome: "not-sent",
  },
  WECOM_OVERLAP: {
    message: (code: number, detail: string) =>
      `The platform was still working on another part of this reply (${said(code, detail)})`,
    hint: later,
    outcome: "not-sent",
  },
  WECOM_RATE_LIMITED: {
    message: (code: number, detail: string) => `The platform asks to go slower (${said(code, detail)})`,
    hint: `${later} A chat takes 30 messages in a minute and 1,000 in an hour.`,
    outcome: "not-sent",
  },

  WECOM_API_LIMITED: {
    message: (code: number, detail: string) => `The bot calls the platform too often (${said(code, detail)})`,
    hint: later,
    outcome: "not-sent",
  },

  // The platform refuses what was asked.
  WECOM_REFUSED: {
    message: (code: number, detail: string) => `The platform refused the call (${said(code, detail)})`,
    hint: (code: number) => `Look up ${code} at https://developer.work.weixin.qq.com/document/path/90313.`,
    outcome: "rejected",
  },
  WECOM_CHAT_REFUSED: {
    message: (code: number, detail: string) => `The bot cannot write to this chat (${said(code, detail)})`,
    hint: "Check the id, its upper and lower case included; the bot must be in the group, and a person must have written to it once.",
    outcome: "rejected",
  },
  WECOM_NEVER_SPOKEN: {
    message: (code: number, detail: string) =>
      `The platform still refuses, though hardly anything was sent: nobody there has written to the bot (${said(code, detail)})`,
    hint: "A bot may only write where somebody has written to it before. Let them say hello to it, then run `loong messages retry`.",
    outcome: "rejected",
  },
  WECOM_TOO_LONG: {
    message: (code: number, detail: string) => `The message is too long (${said(code, detail)})`,
    hint: "The platform takes 20,480 bytes: send it in parts or as a file.",
    outcome: "rejected",
  },
  WECOM_TYPE_REFUSED: {
    message: (code: number, detail: string) =>
      `The platform does not take this kind of message (${said(code, detail)})`,
    hint: "Send it as text or as a file. For a card, compare its JSON with the template card page of the platform's documentation.",
    outcome: "rejected",
  },
  WECOM_SPAM: {
    message: (code: number, detail: string) => `The platform takes the message for spam (${said(code, detail)})`,
    hint: "Change the words and send again.",
    outcome: "rejected",
  },
  WECOM_REPLY_CLOSED: {
    message: (code: number, detail: string) => `The message can no longer be answered in place (${said(code, detail)})`,
    hint: "The answer is sent as a message of its own.",
    outcome: "rejected",
  },
  WECOM_STREAM_EXPIRED: {
    message: (code: number, detail: string) => `The streamed answer can no longer be changed (${said(code, detail)})`,
    hint: "The answer is sent as a message of its own.",
    outcome: "rejected",
  },
  WECOM_STREAM_UNSUPPORTED: {
    message: (code: number, detail: string) => `This chat does not show streamed answers (${said(code, detail)})`,
    hint: "The answer is sent as a message of its own.",
    outcome: "rejected",
  },
  WECOM_NO_PREVIEW: {
    message:
      "This message cannot be answered in place: it came before this process, is a click, or is older than a day.",
    hint: "The answer is sent once it is whole.",
    outcome: "rejected",
  },

  // Files.
  WECOM_FILE_UNREADABLE: {
    message: (name: string, reason: string) => `Cannot read the file ${name} (${reason}).`,
    hint: "Give the path of a file that the gateway's user can read.",
    outcome: "rejected",
  },
  WECOM_FILE_SIZE: {
    message: (name: string, sizeBytes: number, maxBytes: number) =>
      `${name} has ${sizeBytes} bytes; the platform takes 6 to ${maxBytes}.`,
    hint: "Send a smaller file or a link.",
    outcome: "rejected",
  },
  WECOM_MEDIA_TOO_LARGE: {
    message: (maxBytes: number) => `The attachment is larger than ${maxBytes} bytes.`,
    hint: "Ask for a smaller file.",
    outcome: "rejected",
  },
  WECOM_MEDIA_GONE: {
    message: (status: number) => `The attachment is not there any more (HTTP ${status}).`,
    hint: "The platform keeps it for five minutes: ask for it again.",
    outcome: "rejected",
  },
  WECOM_MEDIA_BROKEN: {
    message: (what: string) => `The attachment cannot be opened (${what}).`,
    hint: "Ask for it again.",
    outcome: "rejected",
  },
  WECOM_MEDIA_PRIVATE_HOST: {
    message: (host: string) => `The attachment lies at ${host}, which is in a private network.`,
    hint: "Files are fetched from the public internet and from the host of channels.wecom.websocketUrl only.",
    outcome: "rejected",
  },
  WECOM_MEDIA_UNREACHABLE: {
    message: (reason: string) => `The attachment could not be fetched (${reason}).`,
    hint: "Check the network and the proxy, and ask for it again.",
    outcome: "not-sent",
  },
});

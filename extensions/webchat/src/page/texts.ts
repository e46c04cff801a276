export type Language = "en" | "zh-CN";

/** Every word of the page. */
export interface Texts {
  readonly log: string;
  readonly yourMessage: string;
  readonly send: string;
  readonly connecting: string;
  readonly connected: string;
  readonly disconnected: string;
  readonly resting: string;
  readonly refused: string;
  readonly typing: string;
  readonly sending: string;
  readonly tooLong: string;
  readonly tooFast: string;
  readonly you: string;
  readonly bot: string;
  readonly tokenNeeded: string;
  readonly tokenWrong: string;
  readonly tokenLabel: string;
  readonly open: string;
  readonly noScript: string;
}

export const TEXTS: Readonly<Record<Language, Texts>> = {
  en: {
    log: "Messages",
    yourMessage: "Your message",
    send: "Send",
    connecting: "Connecting…",
    connected: "Connected",
    disconnected: "Connection lost. Trying again…",
    resting: "Disconnected because nothing happened. Tap or type to go on.",
    refused: "This page is not allowed to use the chat.",
    typing: "An answer is being written…",
    sending: "Sending…",
    tooLong: "Too long. Please shorten it.",
    tooFast: "A little slower, please. It is sent in a moment.",
    you: "You",
    bot: "Answer",
    tokenNeeded: "Please enter the access token.",
    tokenWrong: "That token is not right.",
    tokenLabel: "Access token",
    open: "Open chat",
    noScript: "This chat needs JavaScript.",
  },
  "zh-CN": {
    log: "消息",
    yourMessage: "输入消息",
    send: "发送",
    connecting: "正在连接…",
    connected: "已连接",
    disconnected: "连接已断开，正在重试…",
    resting: "长时间没有操作，连接已断开。点按或输入即可继续。",
    refused: "此页面无权使用聊天。",
    typing: "正在回复…",
    sending: "正在发送…",
    tooLong: "内容太长，请缩短后再发送。",
    tooFast: "发送太快，稍后会自动发送。",
    you: "我",
    bot: "回复",
    tokenNeeded: "请输入访问口令。",
    tokenWrong: "口令不正确。",
    tokenLabel: "访问口令",
    open: "进入聊天",
    noScript: "此聊天需要启用 JavaScript。",
  },
};

/** The language a browser asks for first of those the page speaks; English when it asks for neither. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const wishes = (acceptLanguage ?? "").split(",").map(wishOf);
  const known = wishes.filter(({ language, weight }) => /^(?:zh|en|\*)$/.test(language) && weight > 0);
  const [first] = known.sort((one, other) => other.weight - one.weight);
  return first?.language === "zh" ? "zh-CN" : "en";
}

function wishOf(range: string): { language: string; weight: number } {
  const [tag = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith("q="));
  return { language: tag.split("-")[0] ?? "", weight: quality === undefined ? 1 : Number(quality.slice(2)) || 0 };
}

import { randomBytes } from "node:crypto";
import { recordAt, stringAt } from "@loong/emulator-kit";
import { wordsIn } from "../words.ts";
import type { Call, Receiver, Reply } from "./receiver.ts";

/** Longest `content`, in bytes. */
const MAX_BYTES: Readonly<Record<string, number>> = { text: 2_048, markdown: 4_096, markdown_v2: 4_096 };

/**
 * Group robots of WeCom. Every error comes with HTTP 200 and a `hint` by which its support finds the request.
 *
 * @see https://developer.work.weixin.qq.com/document/path/91770 (through copies of it, 2026-11). The wording of 40008, 40058
 *   and 93000 is that of answers people have quoted; in which order key and body are checked is not documented.
 */
export const wecomReceiver: Receiver = {
  kinds: ["wecom"],
  rates: [{ max: 20, withinMs: 60_000 }],
  tooFast: { code: 45009, words: "api freq out of limit" },
  tokenOf: ({ path, query }) => (path === "/cgi-bin/webhook/send" ? (query.get("key") ?? "") : undefined),
  error: refused,
  answer(call, hook) {
    if (hook === undefined) return refused(93000, "invalid webhook url");
    if (call.method !== "POST" || call.body === undefined) return refused(47001, "data format error");
    return refusalOfWords(call) ?? taken(call);
  },
};

function refused(code: number | string, words: string): Reply {
  const hint = `${randomBytes(10).readUIntBE(0, 6)}${randomBytes(6).toString("hex")}`;
  const more = `more info at https://open.work.weixin.qq.com/devtool/query?e=${code}`;
  return {
    status: 200,
    body: { errcode: code, errmsg: `${words}, hint: [${hint}], from ip: 203.0.113.7, ${more}` },
  };
}

function refusalOfWords({ body }: Call): Reply | undefined {
  const type = stringAt(body, "msgtype") ?? "";
  if (type === "template_card") {
    const cardType = stringAt(recordAt(body, type), "card_type");
    return cardType === undefined
      ? refused(40058, "template_card.card_type missing invalid Request Parameter")
      : undefined;
  }
  const maxBytes = MAX_BYTES[type];
  if (maxBytes === undefined) return refused(40008, "invalid message type");
  const content = stringAt(recordAt(body, type), "content") ?? "";
  if (content === "") return refused(44004, "empty content");
  if (Buffer.byteLength(content) <= maxBytes) return undefined;
  return refused(40058, `${type}.content exceed max length ${maxBytes}. Invalid input invalid Request Parameter`);
}

function taken({ body }: Call): Reply {
  const type = stringAt(body, "msgtype") ?? "";
  return {
    status: 200,
    body: { errcode: 0, errmsg: "ok" },
    shows: { text: wordsIn(recordAt(body, type)).join("\n"), type },
  };
}

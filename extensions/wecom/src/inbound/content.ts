import type { Attachment, AttachmentKind } from "@loong/sdk";
import { type JsonObject, isObject, listAt, objectAt, textAt } from "../link/json.ts";
import { mediaRef } from "./media-ref.ts";

/** What a message says and carries. */
export interface Content {
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

type Reader = (payload: JsonObject) => Content;

const only = (text: string): Content => ({ text, attachments: [] });

/**
 * By message type; each type's payload stands under its own name. A voice message comes as the words that were said.
 *
 * @see https://developer.work.weixin.qq.com/document/path/101463 (read 2026-05)
 */
const readers: Readonly<Record<string, Reader>> = {
  text: (payload) => only(textAt(payload, "content")),
  markdown: (payload) => only(textAt(payload, "content")),
  voice: (payload) => only(textAt(payload, "content")),
  image: (payload) => carry("image", payload),
  file: (payload) => carry("file", payload),
  video: (payload) => carry("video", payload),
  mixed: readMixed,
};

/** Reads the payload of `msgtype` in a message, a quote or an item of a mixed message. */
export function readContent(holder: JsonObject): Content {
  const type = textAt(holder, "msgtype");
  const reader = Object.hasOwn(readers, type) ? readers[type] : undefined;
  // Types added by the platform later are named, so that the agent can say what it cannot read.
  return reader?.(objectAt(holder, type)) ?? only(`[unsupported message: ${type === "" ? "no type" : type}]`);
}

/** The message that this one quotes, as lines that begin with `>`, above what was said about it. */
export function withQuote(said: Content, quote: JsonObject): Content {
  if (textAt(quote, "msgtype") === "") return said;
  const { text, attachments } = readContent(quote);
  const marks = attachments.map(({ kind }) => `[${kind}]`);
  const lines = [text, ...marks].filter((line) => line !== "").join("\n");
  const quoted = lines.replaceAll(/^/gm, "> ");
  return {
    text: said.text === "" ? quoted : `${quoted}\n\n${said.text}`,
    attachments: [...said.attachments, ...attachments],
  };
}

function readMixed(payload: JsonObject): Content {
  const items = listAt(payload, "msg_item").map((item) => readItem(isObject(item) ? item : {}));
  const texts = items.map(({ text }) => text).filter((text) => text !== "");
  return { text: texts.join("\n"), attachments: items.flatMap(({ attachments }) => attachments) };
}

/** No client puts one mixed message into another; read as deep as they go, they could exhaust the stack. */
function readItem(item: JsonObject): Content {
  return textAt(item, "msgtype") === "mixed" ? only("[unsupported message: mixed]") : readContent(item);
}

function carry(kind: AttachmentKind, payload: JsonObject): Content {
  const ref = mediaRef(payload);
  if (ref === "") return only(`[${kind}]`);
  const name = textAt(payload, "filename") || textAt(payload, "name");
  return { text: "", attachments: [{ kind, ref, ...(name === "" ? {} : { name }) }] };
}

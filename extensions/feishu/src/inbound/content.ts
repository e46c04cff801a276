import type { Attachment, AttachmentKind } from "@loong/sdk";
import { type JsonObject, isObject, objectAt, textAt } from "./json.ts";

/** What a message says and carries. Mentions are still keys (`@_user_1`). */
export interface Content {
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

type Reader = (content: JsonObject) => Content;

const only = (text: string): Content => ({ text, attachments: [] });
const note = (kind: string, ...details: readonly string[]): Content => {
  const rest = details.filter((detail) => detail !== "").join(", ");
  return only(rest === "" ? `[${kind}]` : `[${kind}: ${rest}]`);
};

/**
 * By message type.
 *
 * @see https://open.feishu.cn/document/server-docs/im-v1/message-content-description/message_content (read 2026-05)
 */
const readers: Readonly<Record<string, Reader>> = {
  text: (content) => only(textAt(content, "text")),
  post: readPost,
  image: (content) => carry("image", textAt(content, "image_key"), content),
  file: (content) => carry("file", textAt(content, "file_key"), content),
  folder: (content) => note("folder", textAt(content, "file_name")),
  audio: (content) => carry("audio", textAt(content, "file_key"), content),
  media: (content) => carry("video", textAt(content, "file_key"), content),
  sticker: () => note("sticker"),
  interactive: readCard,
  share_chat: (content) => note("shared chat", textAt(content, "chat_id")),
  share_user: (content) => note("shared contact", textAt(content, "user_id")),
  merge_forward: () => note("merged and forwarded messages"),
  system: readSystem,
  location: (content) =>
    note("location", textAt(content, "name"), textAt(content, "longitude"), textAt(content, "latitude")),
  video_chat: (content) => note("video call", textAt(content, "topic")),
  todo: (content) => note("task", plainPost(objectAt(content, "summary"))),
  vote: (content) => note("vote", textAt(content, "topic"), ...texts(content["options"])),
  hongbao: (content) => note("red packet", textAt(content, "text")),
  calendar: (content) => note("calendar event", textAt(content, "summary")),
  share_calendar_event: (content) => note("calendar event", textAt(content, "summary")),
  general_calendar: (content) => note("calendar event", textAt(content, "summary")),
};

/** Types added by the platform later are named, so that the agent can say what it cannot read. */
export function readContent(messageType: string, content: JsonObject): Content {
  const reader = Object.hasOwn(readers, messageType) ? readers[messageType] : undefined;
  return reader?.(content) ?? note("unsupported message", messageType);
}

function carry(kind: AttachmentKind, ref: string, content: JsonObject): Content {
  if (ref === "") return only("");
  const name = textAt(content, "file_name");
  const durationMs = typeof content["duration"] === "object" ? 0 : Number(content["duration"]);
  const attachment: Attachment = {
    kind,
    ref,
    ...(name === "" ? {} : { name }),
    ...(durationMs > 0 ? { durationMs } : {}),
  };
  return { text: "", attachments: [attachment] };
}

/** Received rich text has no language around it, but edited and forwarded ones were seen with it. */
function readPost(content: JsonObject): Content {
  const body = Array.isArray(content["content"]) ? content : (Object.values(content).find(isPostBody) ?? {});
  return readBlocks(textAt(body, "title"), isObject(body) ? body["content"] : undefined);
}

function readCard(content: JsonObject): Content {
  const { text, attachments } = readBlocks(textAt(content, "title"), content["elements"]);
  return text === "" && attachments.length === 0 ? note("card") : { text, attachments };
}

function readBlocks(title: string, paragraphs: unknown): Content {
  const attachments: Attachment[] = [];
  const lines = (Array.isArray(paragraphs) ? paragraphs : []).map((paragraph: unknown) =>
    (Array.isArray(paragraph) ? paragraph : [paragraph]).map((element) => readElement(element, attachments)).join(""),
  );
  return { text: [title, ...lines].join("\n").trim(), attachments };
}

function readElement(element: unknown, attachments: Attachment[]): string {
  const text = textAt(element, "text");
  switch (textAt(element, "tag")) {
    case "a":
      return textAt(element, "href") === "" ? text : `[${text}](${textAt(element, "href")})`;
    case "at":
      return textAt(element, "user_id");
    case "img":
      if (textAt(element, "image_key") !== "") attachments.push({ kind: "image", ref: textAt(element, "image_key") });
      return "";
    case "media":
      if (textAt(element, "file_key") !== "") attachments.push({ kind: "video", ref: textAt(element, "file_key") });
      return "";
    case "emotion":
      return `[${textAt(element, "emoji_type")}]`;
    case "hr":
      return "---";
    case "code_block":
      return `\n\`\`\`${textAt(element, "language").toLowerCase()}\n${text}\n\`\`\``;
    default:
      return text;
  }
}

function readSystem(content: JsonObject): Content {
  const who = texts(content["from_user"]).join(", ");
  const whom = texts(content["to_chatters"]).join(", ");
  const filled = textAt(content, "template").replaceAll("{from_user}", who).replaceAll("{to_chatters}", whom);
  return note("system", filled, textAt(objectAt(content, "divider_text"), "text"));
}

function plainPost(post: JsonObject): string {
  return readPost(post).text.replaceAll("\n", " ");
}

function isPostBody(value: unknown): value is JsonObject {
  return isObject(value) && Array.isArray(value["content"]);
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}

import { isRecord, listAt, parseJson, stringAt, type JsonRecord } from "@loong/emulator-kit";
import type { App } from "../state/apps.ts";
import type { World } from "../state/world.ts";
import { localePost } from "../state/wording.ts";
import { invalidParameter, refuse, type Refusal } from "./answer.ts";
import { checkCard } from "./card-rules.ts";

/** Most bytes of a whole request. */
const MAX_TEXT_BYTES = 150 * 1024;
const MAX_RICH_BYTES = 30 * 1024;
/** What an app may send; readers can meet more kinds. */
const SENDABLE = new Set([
  "text",
  "post",
  "image",
  "file",
  "audio",
  "media",
  "sticker",
  "interactive",
  "share_chat",
  "share_user",
  "system",
]);
const POST_TAGS = new Set(["text", "a", "at", "img", "media", "emotion", "hr", "code_block", "md"]);
/** The only message an upload of this type may become; every other type is a `file`. */
const MESSAGE_FOR_FILE: Readonly<Record<string, string>> = { opus: "audio", mp4: "media" };

export interface Content {
  readonly msgType: string;
  readonly content: string;
  /** Size of the whole request. */
  readonly requestBytes: number;
}

/**
 * Checks what an app wants to say, in the order of the platform: type, size, form, keys.
 * @see https://open.feishu.cn/document/server-docs/im-v1/message-content-description/create_json (read 2026-05)
 */
export function checkContent({ msgType, content, requestBytes }: Content, app: App, world: World): Refusal | undefined {
  if (!SENDABLE.has(msgType)) return invalidParameter("invalid msg_type");
  const maxBytes = msgType === "post" || msgType === "interactive" ? MAX_RICH_BYTES : MAX_TEXT_BYTES;
  if (requestBytes > maxBytes) return refuse(230025, "The length of the message content reaches its limit.");
  if (msgType === "interactive") return checkInteractive(content, app, world);
  const parsed = parseJson(content);
  if (!isRecord(parsed)) return invalidParameter("invalid message content. content is not a string in json format");
  return checkShape(msgType, parsed, app, world);
}

function checkShape(msgType: string, content: JsonRecord, app: App, world: World): Refusal | undefined {
  switch (msgType) {
    case "text":
      return stringAt(content, "text") ? undefined : invalidParameter("invalid message content. text is empty");
    case "post":
      return checkPost(content, app, world);
    case "image":
      return checkImage(stringAt(content, "image_key"), app, world);
    case "file":
    case "audio":
    case "media":
      return checkFile(msgType, content, app, world);
    case "share_chat":
      return world.rooms.find(stringAt(content, "chat_id") ?? "") === undefined
        ? invalidParameter("invalid chat_id")
        : undefined;
    case "share_user":
      return world.people.byOpenId(app.appId, stringAt(content, "user_id") ?? "") === undefined
        ? invalidParameter("invalid user_id")
        : undefined;
    default:
      return undefined;
  }
}

function checkPost(content: JsonRecord, app: App, world: World): Refusal | undefined {
  const paragraphs = listAt(localePost(content), "content");
  if (paragraphs === undefined || paragraphs.length === 0)
    return badPost("content format of the post type is incorrect");
  for (const paragraph of paragraphs) {
    if (!Array.isArray(paragraph)) return badPost("content format of the post type is incorrect");
    const refusal = checkParagraph(paragraph, app, world);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function checkParagraph(paragraph: readonly unknown[], app: App, world: World): Refusal | undefined {
  for (const element of paragraph) {
    const tag = stringAt(element, "tag") ?? "";
    if (!POST_TAGS.has(tag)) return badPost(`message_content has wrong tag:{${tag}}`);
    if (tag === "md" && paragraph.length > 1) return badPost("md must be the only element of its paragraph");
    const refusal = tag === "img" ? checkImage(stringAt(element, "image_key"), app, world) : undefined;
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function badPost(why: string): Refusal {
  return invalidParameter(`invalid message content, ext=${why}`);
}

function checkImage(key: string | undefined, app: App, world: World): Refusal | undefined {
  return hasImage(key ?? "", app, world) ? undefined : invalidParameter("invalid image_key");
}

/** Only what this very app uploaded can be sent by it. */
export function hasImage(key: string, app: App, { blobs }: World): boolean {
  const blob = blobs.find(key);
  return blob?.kind === "image" && blob.uploadedBy === app;
}

function checkFile(msgType: string, content: JsonRecord, app: App, { blobs }: World): Refusal | undefined {
  const blob = blobs.find(stringAt(content, "file_key") ?? "");
  if (blob?.kind !== "file" || blob.uploadedBy !== app) return invalidParameter("invalid file_key");
  const right = MESSAGE_FOR_FILE[blob.fileType ?? ""] ?? "file";
  return right === msgType
    ? undefined
    : refuse(230055, "The type of file upload does not match the type of message being sent.");
}

function checkInteractive(content: string, app: App, world: World): Refusal | undefined {
  const reference = stringAt(parseJson(content), "type");
  if (reference === "template" || reference === "card") return undefined;
  const maxTables = world.settings.maxCardTables;
  return checkCard(content, { maxTables, hasImage: (key) => hasImage(key, app, world) });
}

import type { JsonRecord } from "@loong/emulator-kit";
import type { Bot } from "./state/bots.ts";
import type { Files, MediaFile } from "./state/files.ts";
import type { Content } from "./state/rooms.ts";

/** What somebody says: plain text, or a message of any type. */
export type Saying = string | RichSaying;

export interface RichSaying {
  /** `text`, `image`, `file`, `video`, `voice`, `mixed`, or one nobody knows. */
  readonly type: string;
  /** The words of a text; what a voice message was understood as. */
  readonly text?: string;
  /** Of an image, file or video; a small image or text when absent. */
  readonly bytes?: Uint8Array;
  readonly name?: string;
  /** The parts of a `mixed` message: texts and images. */
  readonly items?: readonly Saying[];
  /** What bots get under the name of a type that is none of these. */
  readonly content?: JsonRecord;
}

const SUFFIX: Readonly<Record<string, string>> = { image: "png", video: "mp4", file: "txt" };
/** One transparent pixel. */
const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

/** Makes the message that a client would send. */
export function spoken(saying: Saying): Content {
  if (typeof saying === "string") return { type: "text", text: saying };
  const { type, text = "" } = saying;
  switch (type) {
    case "text":
    case "voice":
      return { type, text };
    case "image":
    case "file":
    case "video": {
      const file = fileOf(saying);
      return { type, text: `[${type}: ${file.name}]`, files: [file] };
    }
    case "mixed":
      return mixed((saying.items ?? []).map(spoken));
    default:
      return { type, text, payload: saying.content ?? {} };
  }
}

/**
 * The same said to bots in a group: every `@name` that is missing comes first. Groups know images only inside a mixed
 * message; other media have no room for a mention, so no bot hears of them.
 */
export function addressed(content: Content, bots: readonly Bot[]): Content | undefined {
  const missing = bots.filter(({ name }) => !content.text.includes(`@${name}`)).map(({ name }) => `@${name}`);
  const prefix = missing.length === 0 ? "" : `${missing.join(" ")} `;
  switch (content.type) {
    case "image":
      return mixed([{ type: "text", text: prefix.trim() }, content]);
    case "mixed":
      return prefix === "" ? content : mixed([{ type: "text", text: prefix.trim() }, ...(content.items ?? [])]);
    case "file":
    case "video":
    case "voice":
      return bots.length === 0 ? content : undefined;
    default:
      return { ...content, text: prefix + content.text };
  }
}

function mixed(items: readonly Content[]): Content {
  const text = items.map((item) => item.text).join("\n");
  return { type: "mixed", text, items, files: items.flatMap(({ files }) => files ?? []) };
}

function fileOf({ type, bytes, name }: RichSaying): MediaFile {
  const fallback = Buffer.from(type === "image" ? PIXEL : "emulated bytes", type === "image" ? "base64" : "utf8");
  return { type, name: name ?? `${type}.${SUFFIX[type] ?? "bin"}`, bytes: bytes ?? fallback };
}

/** `{ msgtype, <msgtype>: … }` as callbacks carry it; every call makes new links. */
export function payloadOf(content: Content, files: Files): JsonRecord {
  const { type, text, items, payload } = content;
  const [file] = content.files ?? [];
  if (payload !== undefined) return { msgtype: type, [type]: payload };
  if (type === "mixed")
    return { msgtype: type, mixed: { msg_item: (items ?? []).map((item) => payloadOf(item, files)) } };
  if (file !== undefined) return { msgtype: type, [type]: files.link(file) };
  if (type === "voice") return { msgtype: type, voice: { content: text } };
  // Whatever a bot wrote is quoted as text.
  return { msgtype: "text", text: { content: text } };
}

import { isRecord, type JsonRecord } from "@loong/emulator-kit";
import { mediaFields } from "../../media.ts";
import type { Parts } from "../../parts.ts";
import type { Content } from "../../state/chat.ts";
import type { Call, Method, Methods } from "../call.ts";
import { chatOf } from "../destination.ts";
import { inputFile } from "../input-file.ts";
import { captionText, send } from "../outgoing.ts";
import { badRequest } from "../refusal.ts";
import { messageView } from "../view.ts";

const ACTIONS: ReadonlySet<string> = new Set([
  "typing",
  "upload_photo",
  "record_video",
  "upload_video",
  "record_voice",
  "upload_voice",
  "upload_document",
  "choose_sticker",
  "find_location",
  "record_video_note",
  "upload_video_note",
]);

const WITHOUT_CAPTION: ReadonlySet<string> = new Set(["sticker", "video_note"]);

/** One file, or a place on the map; and the line that says a bot is busy. */
export function mediaMethods(parts: Parts): Methods {
  const { files } = parts.world;

  async function contentOf(kind: string, { params }: Call): Promise<Content> {
    const caption = WITHOUT_CAPTION.has(kind) ? { text: "", entities: [] } : captionText(params);
    const file = await inputFile(kind, params.text(kind), kind, { uploads: params.files, files });
    const facts = {
      durationSeconds: params.integer("duration", 0, 0),
      ...(params.has("width") ? { widthPx: params.integer("width", 0) } : {}),
      ...(params.has("height") ? { heightPx: params.integer("height", 0) } : {}),
      ...(params.has("title") ? { title: params.text("title") } : {}),
      ...(params.has("performer") ? { performer: params.text("performer") } : {}),
    };
    return { type: kind, ...caption, fields: mediaFields(kind, file, facts, files), file };
  }

  const sender =
    (kind: string): Method =>
    async (call) =>
      messageView(send(call, parts, await contentOf(kind, call)));

  return {
    sendPhoto: sender("photo"),
    sendDocument: sender("document"),
    sendAudio: sender("audio"),
    sendVoice: sender("voice"),
    sendVideo: sender("video"),
    sendVideoNote: sender("video_note"),
    sendAnimation: sender("animation"),
    sendSticker: sender("sticker"),
    sendLocation: (call) => messageView(send(call, parts, locationOf(call))),
    sendChatAction(call) {
      if (!ACTIONS.has(call.params.text("action"))) throw badRequest("Wrong parameter action in request");
      chatOf(call, parts.world);
      return true;
    },
  };
}

function locationOf({ params }: Call): Content {
  const fields: JsonRecord = {
    location: {
      latitude: coordinate(params.text("latitude"), "latitude"),
      longitude: coordinate(params.text("longitude"), "longitude"),
    },
  };
  return { type: "location", text: "", entities: [], fields };
}

function coordinate(value: string, name: string): number {
  if (value === "") throw badRequest(`${name} is empty`);
  return Number(value);
}

/** What an `InputMedia` object says about its file. */
export function inputMedia(given: unknown): {
  readonly kind: string;
  readonly media: string;
  readonly facts: JsonRecord;
} {
  if (!isRecord(given)) throw badRequest("Can't parse InputMedia: expected an Object");
  const { type, media } = given;
  if (typeof type !== "string") throw badRequest("Can't parse InputMedia: Can't find field \"type\"");
  if (typeof media !== "string") throw badRequest("Can't parse InputMedia: Can't find field \"media\"");
  return { kind: type, media, facts: given };
}

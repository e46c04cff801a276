import type { JsonRecord } from "@loong/emulator-kit";
import type { Files, StoredFile } from "./state/files.ts";

/** What a sender says about a file beside its bytes. */
export interface MediaFacts {
  readonly durationSeconds?: number | undefined;
  readonly widthPx?: number | undefined;
  readonly heightPx?: number | undefined;
  readonly title?: string | undefined;
  readonly performer?: string | undefined;
}

const DEFAULT_SIDE_PX = 512;
const THUMBNAIL_PX = 90;

/** The fields of a Message that show a file. @see https://core.telegram.org/bots/api#message (read 2026-11) */
export function mediaFields(kind: string, file: StoredFile, facts: MediaFacts, files: Files): JsonRecord {
  switch (kind) {
    case "photo":
      return { photo: photoSizes(file, files) };
    case "sticker":
      return {
        sticker: { ...common(file), ...side(file, facts), type: "regular", is_animated: false, is_video: false },
      };
    case "voice":
      return { voice: { ...common(file), ...duration(facts), mime_type: file.mimeType ?? "audio/ogg" } };
    case "audio":
      return { audio: { ...named(file, "audio/mpeg"), ...duration(facts), ...song(facts) } };
    case "video":
      return { video: { ...named(file, "video/mp4"), ...side(file, facts), ...duration(facts) } };
    case "video_note":
      return { video_note: { ...common(file), ...duration(facts), length: facts.widthPx ?? DEFAULT_SIDE_PX } };
    case "animation": {
      const animation = { ...named(file, "video/mp4"), ...side(file, facts), ...duration(facts) };
      return { animation, document: named(file, "video/mp4") };
    }
    default:
      return { [kind]: named(file, "application/octet-stream") };
  }
}

function common({ fileId, uniqueId, sizeBytes }: StoredFile): JsonRecord {
  return { file_id: fileId, file_unique_id: uniqueId, file_size: sizeBytes };
}

function named(file: StoredFile, mimeType: string): JsonRecord {
  return {
    ...common(file),
    ...(file.name === undefined ? {} : { file_name: file.name }),
    mime_type: file.mimeType ?? mimeType,
  };
}

function duration({ durationSeconds = 0 }: MediaFacts): JsonRecord {
  return { duration: durationSeconds };
}

function song({ title, performer }: MediaFacts): JsonRecord {
  return { ...(title === undefined ? {} : { title }), ...(performer === undefined ? {} : { performer }) };
}

function side(file: StoredFile, { widthPx, heightPx }: MediaFacts): JsonRecord {
  const size = pngSize(file.bytes);
  return { width: widthPx ?? size?.width ?? DEFAULT_SIDE_PX, height: heightPx ?? size?.height ?? DEFAULT_SIDE_PX };
}

/** A photo comes in several sizes, the largest last; here the small one has the same bytes. */
function photoSizes(file: StoredFile, files: Files): JsonRecord[] {
  const thumbnail = files.add({ kind: "photo", bytes: file.bytes });
  return [
    { ...common(thumbnail), width: THUMBNAIL_PX, height: THUMBNAIL_PX },
    { ...common(file), ...side(file, {}) },
  ];
}

export function isImage(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 12)).toString("latin1");
  return /^(?:\u0089PNG|\u00ff\u00d8\u00ff|GIF8|BM|RIFF....WEBP)/s.test(head);
}

function pngSize(bytes: Uint8Array): { readonly width: number; readonly height: number } | undefined {
  const data = Buffer.from(bytes);
  if (data.length < 24 || data.toString("latin1", 1, 4) !== "PNG") return undefined;
  return { width: data.readUInt32BE(16), height: data.readUInt32BE(20) };
}

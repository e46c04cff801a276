import type { EmulatorClock } from "@loong/emulator-kit";
import { fileId, fileUniqueId } from "../ids.ts";

export interface StoredFile {
  readonly fileId: string;
  readonly uniqueId: string;
  readonly bytes: Uint8Array;
  /** What the platform says; may differ from the bytes so that large files can be played. */
  readonly sizeBytes: number;
  readonly name: string | undefined;
  readonly mimeType: string | undefined;
  /** `photos/file_3.jpg` */
  readonly path: string;
}

interface NewFile {
  /** `photo`, `document`, `voice`, … */
  readonly kind: string;
  readonly bytes: Uint8Array;
  readonly sizeBytes?: number | undefined;
  readonly name?: string | undefined;
  readonly mimeType?: string | undefined;
}

export interface Files {
  add(file: NewFile): StoredFile;
  find(fileId: string): StoredFile | undefined;
  /** Makes the link of a file work for a while. */
  openLink(file: StoredFile): void;
  /** The file behind a link that still works. */
  download(path: string): StoredFile | undefined;
  expireLinks(): void;
}

const PREFIX: Readonly<Record<string, string>> = {
  photo: "AgACAgIAAxkB",
  sticker: "CAACAgIAAxkB",
  voice: "AwACAgIAAxkB",
};
const FOLDER: Readonly<Record<string, string>> = {
  photo: "photos",
  sticker: "stickers",
  voice: "voice",
  video: "videos",
  video_note: "video_notes",
  audio: "music",
  animation: "animations",
};
const EXTENSION: Readonly<Record<string, string>> = {
  photo: ".jpg",
  sticker: ".webp",
  voice: ".oga",
  video: ".mp4",
  video_note: ".mp4",
  audio: ".mp3",
  animation: ".mp4",
};

export function createFiles(clock: EmulatorClock, linkTtlMs: number): Files {
  const files = new Map<string, StoredFile>();
  const links = new Map<string, { readonly file: StoredFile; untilMs: number }>();
  return {
    add({ kind, bytes, sizeBytes = bytes.length, name, mimeType }) {
      const extension = EXTENSION[kind] ?? /\.\w+$/.exec(name ?? "")?.[0] ?? "";
      const file: StoredFile = {
        fileId: fileId(PREFIX[kind] ?? "BQACAgIAAxkB"),
        uniqueId: fileUniqueId(),
        bytes,
        sizeBytes,
        name,
        mimeType,
        path: `${FOLDER[kind] ?? "documents"}/file_${files.size}${extension}`,
      };
      files.set(file.fileId, file);
      return file;
    },
    find: (id) => files.get(id),
    openLink: (file) => void links.set(file.path, { file, untilMs: clock.now() + linkTtlMs }),
    download(path) {
      const link = links.get(path);
      return link === undefined || clock.now() >= link.untilMs ? undefined : link.file;
    },
    expireLinks: () => links.clear(),
  };
}

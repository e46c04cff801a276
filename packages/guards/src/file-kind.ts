/** What a file is, by its first bytes. */
export interface FileKind {
  readonly mimeType: string;
  /** With its dot: `".png"`. */
  readonly extension: string;
}

/** So many bytes tell. */
export const FILE_HEAD_BYTES = 16;

const UNKNOWN: FileKind = { mimeType: "application/octet-stream", extension: ".bin" };

const signatures: readonly (readonly [offset: number, bytes: string, kind: FileKind])[] = [
  [0, "\x89PNG\r\n\x1a\n", { mimeType: "image/png", extension: ".png" }],
  [0, "\xff\xd8\xff", { mimeType: "image/jpeg", extension: ".jpg" }],
  [0, "GIF8", { mimeType: "image/gif", extension: ".gif" }],
  [8, "WEBP", { mimeType: "image/webp", extension: ".webp" }],
  [0, "BM", { mimeType: "image/bmp", extension: ".bmp" }],
  [0, "\x1aE\xdf\xa3", { mimeType: "video/webm", extension: ".webm" }],
  [4, "ftyp", { mimeType: "video/mp4", extension: ".mp4" }],
  [0, "OggS", { mimeType: "audio/ogg", extension: ".ogg" }],
  [0, "ID3", { mimeType: "audio/mpeg", extension: ".mp3" }],
  [0, "#!AMR", { mimeType: "audio/amr", extension: ".amr" }],
  [0, "%PDF-", { mimeType: "application/pdf", extension: ".pdf" }],
  [0, "PK\x03\x04", { mimeType: "application/zip", extension: ".zip" }],
  [0, "\x1f\x8b", { mimeType: "application/gzip", extension: ".gz" }],
];

/** The kind of a file that begins with `head`. */
export function fileKindOf(head: Buffer): FileKind {
  const text = head.toString("latin1");
  return signatures.find(([offset, bytes]) => text.startsWith(bytes, offset))?.[2] ?? UNKNOWN;
}

/** What a file is, by its first bytes. */
export interface FileKind {
  readonly mimeType: string;
  readonly extension: string;
}

/** So many bytes tell. */
export const SNIFF_BYTES = 16;

const signatures: readonly (readonly [offset: number, bytes: string, kind: FileKind])[] = [
  [0, "\x89PNG\r\n\x1a\n", { mimeType: "image/png", extension: ".png" }],
  [0, "\xff\xd8\xff", { mimeType: "image/jpeg", extension: ".jpg" }],
  [0, "GIF8", { mimeType: "image/gif", extension: ".gif" }],
  [8, "WEBP", { mimeType: "image/webp", extension: ".webp" }],
  [0, "\x1aE\xdf\xa3", { mimeType: "video/webm", extension: ".webm" }],
  [4, "ftyp", { mimeType: "video/mp4", extension: ".mp4" }],
  [0, "OggS", { mimeType: "audio/ogg", extension: ".ogg" }],
  [0, "ID3", { mimeType: "audio/mpeg", extension: ".mp3" }],
  [0, "%PDF-", { mimeType: "application/pdf", extension: ".pdf" }],
  [0, "PK\x03\x04", { mimeType: "application/zip", extension: ".zip" }],
  // Animated stickers are Lottie under gzip.
  [0, "\x1f\x8b", { mimeType: "application/gzip", extension: ".gz" }],
];

export function fileKindOf(head: Buffer): FileKind {
  const text = head.toString("latin1");
  const found = signatures.find(([offset, bytes]) => text.startsWith(bytes, offset));
  return found?.[2] ?? { mimeType: "application/octet-stream", extension: ".bin" };
}

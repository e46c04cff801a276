export interface FileKind {
  readonly mimeType: string;
  readonly extension: string;
}

const signatures: readonly (readonly [offset: number, bytes: string, kind: FileKind])[] = [
  [0, "\x89PNG\r\n\x1a\n", { mimeType: "image/png", extension: ".png" }],
  [0, "\xff\xd8\xff", { mimeType: "image/jpeg", extension: ".jpg" }],
  [0, "GIF8", { mimeType: "image/gif", extension: ".gif" }],
  [8, "WEBP", { mimeType: "image/webp", extension: ".webp" }],
  [0, "BM", { mimeType: "image/bmp", extension: ".bmp" }],
  [4, "ftyp", { mimeType: "video/mp4", extension: ".mp4" }],
  [0, "#!AMR", { mimeType: "audio/amr", extension: ".amr" }],
  [0, "%PDF-", { mimeType: "application/pdf", extension: ".pdf" }],
  [0, "PK\x03\x04", { mimeType: "application/zip", extension: ".zip" }],
];

/** How many bytes `kindOf` needs. */
export const HEAD_BYTES = 16;

/** What a file is by its first bytes: what the sender says decides nothing. */
export function kindOf(head: Buffer): FileKind {
  const text = head.toString("latin1");
  const found = signatures.find(([offset, bytes]) => text.startsWith(bytes, offset));
  return found?.[2] ?? { mimeType: "application/octet-stream", extension: ".bin" };
}

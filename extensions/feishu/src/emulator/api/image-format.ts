/** What a picture's first bytes tell. Sizes are known only for PNG, GIF and BMP. */
export interface ImageFormat {
  readonly type: string;
  readonly width?: number;
  readonly height?: number;
}

/** @returns `undefined` when the bytes are none of the formats the platform takes. */
export function imageFormat(bytes: Uint8Array): ImageFormat | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const starts = (hex: string, at = 0): boolean => view.toString("hex", at, at + hex.length / 2) === hex;
  if (starts("89504e47") && view.length >= 24) {
    return { type: "image/png", width: view.readUInt32BE(16), height: view.readUInt32BE(20) };
  }
  if (starts("47494638") && view.length >= 10) {
    return { type: "image/gif", width: view.readUInt16LE(6), height: view.readUInt16LE(8) };
  }
  if (starts("424d") && view.length >= 26) {
    return { type: "image/bmp", width: view.readInt32LE(18), height: Math.abs(view.readInt32LE(22)) };
  }
  if (starts("ffd8ff")) return { type: "image/jpeg" };
  if (starts("52494646") && starts("57454250", 8)) return { type: "image/webp" };
  if (starts("00000100")) return { type: "image/x-icon" };
  if (starts("49492a00") || starts("4d4d002a")) return { type: "image/tiff" };
  if (starts("66747970", 4) && /^(?:heic|heix|mif1|msf1)/.test(view.toString("latin1", 8, 12)))
    return { type: "image/heic" };
  return undefined;
}

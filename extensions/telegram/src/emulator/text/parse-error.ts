/** Thrown by the parsers of marked-up text; becomes `Bad Request: can't parse entities: …`. */
export class MarkupError extends Error {
  override readonly name = "MarkupError";
}

/** The platform counts bytes of UTF-8 where it names a place in marked-up text. */
export function byteOffset(text: string, index: number): number {
  return Buffer.byteLength(text.slice(0, index));
}

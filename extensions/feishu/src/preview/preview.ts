/** An answer being written, as any process can go on with it. */
export type Preview = CardPreview | MessagePreview;

/** A message that shows a card of CardKit. */
export interface CardPreview {
  readonly kind: "card";
  readonly messageId: string;
  readonly cardId: string;
  /** When the card was made, in milliseconds since 1970: its operations are numbered from then on. */
  readonly madeAtMs: number;
}

/** A message whose card is replaced whole, for apps that may not use CardKit. */
interface MessagePreview {
  readonly kind: "message";
  readonly messageId: string;
}

/** @returns At most 512 characters that stay the same as the preview grows. */
export function writePreview(preview: Preview): string {
  const { messageId } = preview;
  return JSON.stringify(preview.kind === "card" ? [messageId, preview.cardId, preview.madeAtMs] : [messageId]);
}

/** `undefined` for text that `writePreview` has not written. */
export function readPreview(text: string): Preview | undefined {
  const [messageId, cardId, madeAtMs] = fieldsOf(text);
  if (typeof messageId !== "string") return undefined;
  if (cardId === undefined) return { kind: "message", messageId };
  if (typeof cardId !== "string" || typeof madeAtMs !== "number") return undefined;
  return { kind: "card", messageId, cardId, madeAtMs };
}

function fieldsOf(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

import { createHash } from "node:crypto";

/** An answer that is being written, as people see it. */
export type Preview =
  /** Words in the input line of a private chat, which fade by themselves. */
  | { readonly kind: "draft"; readonly chat: number; readonly threadId?: number; readonly draft: number }
  /** A message that grows. `shown` tells what it shows, so that the same words are not sent again. */
  | { readonly kind: "message"; readonly chat: number; readonly message: number; readonly shown: string };

/** As short as the contract wants it: at most 512 characters. */
export function writePreview(preview: Preview): string {
  return preview.kind === "draft"
    ? JSON.stringify(["d", preview.chat, preview.draft, preview.threadId ?? 0])
    : JSON.stringify(["m", preview.chat, preview.message, preview.shown]);
}

/** `undefined` for what this channel has not written. */
export function readPreview(text: string | undefined): Preview | undefined {
  const [kind, chat, id, rest] = parseArray(text);
  if (typeof chat !== "number" || typeof id !== "number") return undefined;
  if (kind === "m") return { kind: "message", chat, message: id, shown: typeof rest === "string" ? rest : "" };
  if (kind !== "d") return undefined;
  return { kind: "draft", chat, draft: id, ...(typeof rest === "number" && rest > 0 ? { threadId: rest } : {}) };
}

/** The same number for the same answer, also in a later process; never 0, which Telegram does not take. */
export function draftIdOf(idempotencyKey: string): number {
  return createHash("sha256").update(idempotencyKey).digest().readUInt32BE(0) >>> 1 || 1;
}

export function markOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 16);
}

function parseArray(text: string | undefined): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

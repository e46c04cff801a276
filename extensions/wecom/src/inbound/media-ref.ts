import { type JsonObject, textAt } from "../link/json.ts";

/** Where the bytes of an attachment are, and the key they are encrypted with: each file has its own. */
export interface MediaSource {
  readonly url: string;
  readonly aesKey: string;
}

/** @returns `""` when the payload names no file. */
export function mediaRef(payload: JsonObject): string {
  const url = textAt(payload, "url");
  return url === "" ? "" : JSON.stringify([url, textAt(payload, "aeskey")]);
}

export function mediaSource(ref: string): MediaSource | undefined {
  try {
    const value: unknown = JSON.parse(ref);
    if (!Array.isArray(value)) return undefined;
    const [url, aesKey] = value as unknown[];
    return typeof url === "string" && typeof aesKey === "string" ? { url, aesKey } : undefined;
  } catch {
    return undefined;
  }
}

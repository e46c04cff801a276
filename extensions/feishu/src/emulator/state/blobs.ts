import { fileKey, imageKey } from "../ids.ts";
import type { App } from "./apps.ts";

/** Bytes of an image or file, uploaded by an app or sent by a user. */
export interface Blob {
  readonly key: string;
  readonly kind: "image" | "file";
  readonly bytes: Uint8Array;
  readonly name: string | undefined;
  /** `opus`, `mp4`, `pdf`, …; only files that an app uploaded have one. */
  readonly fileType: string | undefined;
  readonly durationMs: number | undefined;
  /** Absent: a user sent it. */
  readonly uploadedBy: App | undefined;
}

export interface Blobs {
  add(blob: Omit<Blob, "key">): Blob;
  find(key: string): Blob | undefined;
}

export function createBlobs(): Blobs {
  const blobs = new Map<string, Blob>();
  return {
    find: (key) => blobs.get(key),
    add(blob) {
      const stored = { key: blob.kind === "image" ? imageKey() : fileKey(), ...blob };
      blobs.set(stored.key, stored);
      return stored;
    },
  };
}

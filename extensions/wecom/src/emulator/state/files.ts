import { createCipheriv, randomBytes } from "node:crypto";
import type { EmulatorClock } from "@loong/emulator-kit";
import { randomHex } from "../ids.ts";

/** The bytes of an image, voice, video or file that somebody sent. */
export interface MediaFile {
  readonly type: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A link a bot gets for a file: its own key, and five minutes. */
export interface MediaLink {
  readonly file: MediaFile;
  readonly aesKey: Buffer;
  readonly expiresAtMs: number;
}

export interface Files {
  /** @returns `{ url, aeskey }` as a callback carries them. */
  link(file: MediaFile): { readonly url: string; readonly aeskey: string };
  find(linkId: string): MediaLink | undefined;
  /** Keeps what a bot uploaded. @returns its media_id. */
  keep(file: MediaFile, botId: string): string;
  /** `undefined` when it is unknown, of another bot, or older than three days. */
  kept(mediaId: string, botId: string): MediaFile | undefined;
}

const LINK_TTL_MS = 5 * 60_000;
const MEDIA_TTL_MS = 3 * 24 * 3_600_000;
const PAD_BLOCK_BYTES = 32;

export function createFiles(clock: EmulatorClock, url: string): Files {
  const links = new Map<string, MediaLink>();
  const media = new Map<string, { readonly file: MediaFile; readonly botId: string; readonly untilMs: number }>();
  return {
    link(file) {
      const id = randomHex();
      const aesKey = randomBytes(32);
      links.set(id, { file, aesKey, expiresAtMs: clock.now() + LINK_TTL_MS });
      return { url: `${url}/media/${id}?sign=${randomHex()}`, aeskey: aesKey.toString("base64") };
    },
    find: (linkId) => links.get(linkId),
    keep(file, botId) {
      const mediaId = `3${randomHex()}_${randomHex().slice(0, 12)}`;
      media.set(mediaId, { file, botId, untilMs: clock.now() + MEDIA_TTL_MS });
      return mediaId;
    },
    kept(mediaId, botId) {
      const found = media.get(mediaId);
      return found?.botId === botId && found.untilMs > clock.now() ? found.file : undefined;
    },
  };
}

/** What a link's download holds: AES-256-CBC, the key's first half as IV, PKCS#7 to 32 bytes (1 to 32 of padding). */
export function encrypt(bytes: Uint8Array, aesKey: Buffer, padByte?: number): Buffer {
  const missing = PAD_BLOCK_BYTES - (bytes.length % PAD_BLOCK_BYTES);
  const cipher = createCipheriv("aes-256-cbc", aesKey, aesKey.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([bytes, Buffer.alloc(missing, padByte ?? missing)]);
  return Buffer.concat([cipher.update(padded), cipher.final()]);
}

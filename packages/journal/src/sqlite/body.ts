import { crc32 } from "node:zlib";

/** A value as it lies on disk: JSON and its checksum, since SQLite does not notice a flipped bit inside a text. */
export interface StoredBody {
  readonly body: string;
  readonly crc: number;
}

export function sealBody(value: object): StoredBody {
  const body = JSON.stringify(value);
  return { body, crc: crc32(body) };
}

/** @returns `undefined` when the body is not what was stored. */
export function openBody(stored: StoredBody): unknown {
  return crc32(stored.body) === stored.crc ? JSON.parse(stored.body) : undefined;
}

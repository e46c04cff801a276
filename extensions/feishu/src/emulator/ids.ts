import { createHash, randomInt, randomUUID } from "node:crypto";

/** 32 random hex digits, the body of most platform ids. */
export function randomHex(): string {
  return randomUUID().replaceAll("-", "");
}

/**
 * The id under which one app sees one person or bot. The platform gives every app different ones, so an id that leaks
 * from one app to another finds nobody.
 */
export function openIdFor(appId: string, unionId: string): string {
  return `ou_${digest(`${appId}:${unionId}`)}`;
}

/** 32 hex digits that depend on `seed` alone: names keep their ids from one run to the next. */
export function digest(seed: string): string {
  return createHash("sha256").update(seed).digest("hex").slice(0, 32);
}

/** The file name shape of the platform: version, cluster, uuid. */
export function imageKey(): string {
  return `img_v3_02ab_${randomUUID()}g`;
}
export function fileKey(): string {
  return `file_v3_00ab_${randomUUID()}g`;
}

/** 19 digits. */
export function cardId(): string {
  return `7${randomInt(1e8, 1e9)}${randomInt(1e8, 1e9)}`;
}

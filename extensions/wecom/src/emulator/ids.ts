import { createHash, randomUUID } from "node:crypto";

/** 32 random hex digits: msgid, media_id, upload_id. */
export function randomHex(): string {
  return randomUUID().replaceAll("-", "");
}

/** Ids that the platform gives to its own frames; never with a prefix that clients use for theirs. */
export function serverReqId(): string {
  return `T${randomHex().slice(0, 23)}`;
}

/** Like `Ada_3f2a`: readable, of mixed case, and never equal to the name. Names keep their ids from run to run. */
export function userIdFor(name: string): string {
  const letters = name.replaceAll(/[^A-Za-z0-9]/g, "");
  return `${letters === "" ? "User" : letters}_${digest(`user:${name}`).toString("hex").slice(0, 4)}`;
}

/** `wr` and 30 letters and digits of both cases, as group ids of the platform are. */
export function groupIdFor(seed: string): string {
  const letters = digest(`group:${seed}`).toString("base64") + digest(seed).toString("base64");
  return `wr${letters.replaceAll(/[^A-Za-z0-9]/g, "").slice(0, 30)}`;
}

function digest(seed: string): Buffer {
  return createHash("sha256").update(seed).digest();
}

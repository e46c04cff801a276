import { createHmac } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { webchatErrors } from "../errors.ts";

export interface KeySource {
  /** From the account; absent: kept in a file. */
  readonly sessionKey: string | undefined;
  /** Part of the key, so that a new token ends the sessions of the old one. */
  readonly accessToken: string | undefined;
  readonly dataDir: string;
  readonly randomBytes: (size: number) => Buffer;
}

const KEY_BYTES = 32;
const KEY_FILE = "session.key";

/** The key that signs sessions. @throws WEBCHAT_SESSION_KEY */
export async function loadSessionKey(source: KeySource): Promise<Buffer> {
  const base = source.sessionKey ?? (await keyFromFile(source));
  return createHmac("sha256", base)
    .update(`sessions\n${source.accessToken ?? ""}`)
    .digest();
}

async function keyFromFile({ dataDir, randomBytes }: KeySource): Promise<string> {
  const file = join(dataDir, KEY_FILE);
  try {
    return (await readKey(file)) ?? (await writeKey(file, randomBytes));
  } catch (cause) {
    throw webchatErrors.WEBCHAT_SESSION_KEY([], { cause });
  }
}

async function readKey(file: string): Promise<string | undefined> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  return /^[0-9a-f]{64}$/.test(text) ? text : undefined;
}

/** Whole or not at all: a process that dies here leaves no half key. */
async function writeKey(file: string, randomBytes: (size: number) => Buffer): Promise<string> {
  const key = randomBytes(KEY_BYTES).toString("hex");
  const draft = `${file}.${randomBytes(4).toString("hex")}`;
  await mkdir(join(file, ".."), { recursive: true, mode: 0o700 });
  try {
    await writeFile(draft, key, { mode: 0o600, flag: "wx", flush: true });
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
  return key;
}

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

/**
 * The strongest hash of a subresource-integrity text that counts here.
 *
 * @returns `sha512-…`; `undefined` when there is none: weaker hashes are no proof.
 */
export function sha512Of(integrity: string | undefined): string | undefined {
  return integrity?.split(/\s+/).find((each) => /^sha512-[A-Za-z0-9+/]{86}==$/.test(each));
}

/** `sha512-…` of a file's bytes. */
export async function integrityOfFile(file: string): Promise<string> {
  const hash = createHash("sha512");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return `sha512-${hash.digest("base64")}`;
}

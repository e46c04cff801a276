import { open } from "node:fs/promises";

const MAX_BYTES = 16 * 1024 * 1024;

/** The text of a regular file, or why there is none. A file that is not there is `{ missing: true }`. */
export type TextRead = { readonly text: string } | { readonly missing: true } | { readonly reason: string };

export async function readText(path: string): Promise<TextRead> {
  try {
    await using handle = await open(path, "r");
    const stat = await handle.stat();
    if (!stat.isFile()) return { reason: "it is not a file" };
    if (stat.size > MAX_BYTES) return { reason: "it is larger than 16 MiB" };
    return decode(await handle.readFile());
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR" ? { missing: true } : { reason: code ?? "it failed" };
  }
}

function decode(bytes: Uint8Array): TextRead {
  if (bytes.includes(0)) return { reason: "it is not text" };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { reason: "it is not text in UTF-8" };
  }
}

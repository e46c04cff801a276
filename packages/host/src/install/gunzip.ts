import { createReadStream, createWriteStream, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { isLoongError } from "@loong/sdk";
import { installErrors } from "./errors.ts";
import type { TarballLimits } from "./limits.ts";

/** Below this an archive of a few empty files has any ratio, and does no harm. */
const RATIO_COUNTS_FROM_BYTES = 4 * 1024 * 1024;
/** A header of 512 bytes for each entry, and as much again for long names. */
const HEADER_BYTES = 1024;

/**
 * Unpacks the outer layer once, within the limits; from then on everybody reads the same plain bytes.
 *
 * @throws INSTALL_TARBALL_UNSAFE, INSTALL_TARBALL_BROKEN
 */
export async function gunzipTo(packed: string, plain: string, name: string, limits: TarballLimits): Promise<void> {
  const packedBytes = statSync(packed).size;
  const maxBytes = limits.maxUnpackedBytes + limits.maxEntries * HEADER_BYTES;
  async function* limited(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let done = 0;
    for await (const chunk of chunks) {
      done += chunk.byteLength;
      if (done > RATIO_COUNTS_FROM_BYTES && done > packedBytes * limits.maxRatio)
        throw unsafe(name, `it unpacks to more than ${limits.maxRatio} times its size`);
      if (done > maxBytes) throw unsafe(name, `it unpacks to more than ${maxBytes} bytes`);
      yield chunk;
    }
  }
  try {
    await pipeline(
      createReadStream(packed),
      createGunzip(),
      limited,
      createWriteStream(plain, { mode: 0o600, flags: "wx" }),
    );
  } catch (cause) {
    if (isLoongError(cause)) throw cause;
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    const fault = code.startsWith("Z_") ? "it is no gzip file, or damaged" : code;
    throw installErrors.INSTALL_TARBALL_BROKEN([name, fault], { cause });
  }
  if (!(await isTar(plain))) throw installErrors.INSTALL_TARBALL_BROKEN([name, "there is no tar archive inside"]);
}

/** The magic of every tar since 1988; it also keeps out a second layer of compression. */
async function isTar(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(5), 0, 5, 257);
    return bytesRead === 5 && buffer.toString("latin1") === "ustar";
  } finally {
    await handle.close();
  }
}

function unsafe(name: string, reason: string): Error {
  return installErrors.INSTALL_TARBALL_UNSAFE([name, reason]);
}

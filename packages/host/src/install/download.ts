import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { isLoongError } from "@loong/sdk";
import { installErrors } from "./errors.ts";
import { integrityOfFile, sha512Of } from "./integrity.ts";
import { DOWNLOAD_TIMEOUT_MS, MAX_PACKED_BYTES } from "./limits.ts";
import { type PublishedVersion, reasonOf, type Registry } from "./registry.ts";

/** npm asks the registry it was told instead (`replace-registry-host`). */
const MIRRORED_HOST = "registry.npmjs.org";

export interface DownloadOptions {
  readonly registry: Registry;
  readonly packageName: string;
  readonly onBytes: (done: number, total: number | undefined) => void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Fetches the tarball of a version into `file` and compares it with what the registry promised.
 *
 * @returns Its integrity, `sha512-…`.
 * @throws INSTALL_NO_INTEGRITY, INSTALL_DOWNLOAD_FAILED, INSTALL_TARBALL_TOO_LARGE, INSTALL_INTEGRITY_MISMATCH
 */
export async function downloadTarball(
  version: PublishedVersion,
  file: string,
  options: DownloadOptions,
): Promise<string> {
  const { packageName } = options;
  const promised = sha512Of(version.integrity);
  if (promised === undefined) throw installErrors.INSTALL_NO_INTEGRITY([packageName, version.version]);
  const url = safeAddress(version.tarball, options);
  await save(url, file, options);
  const actual = await integrityOfFile(file);
  if (actual !== promised)
    throw installErrors.INSTALL_INTEGRITY_MISMATCH([packageName, version.version, promised, actual]);
  return actual;
}

/** A registry over https does not send its bytes over http. A mirror may name the registry that it mirrors: it is meant. */
function safeAddress(tarball: string, { registry, packageName }: DownloadOptions): string {
  const own = new URL(registry.addressOf(packageName));
  const url = URL.parse(tarball);
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && own.protocol === "http:");
  if (url === null || !isSafe) throw installErrors.INSTALL_DOWNLOAD_FAILED([packageName, "its address is not https"]);
  return url.host === MIRRORED_HOST ? new URL(`.${url.pathname}`, own).href : url.href;
}

async function save(url: string, file: string, options: DownloadOptions): Promise<void> {
  const { registry, packageName, onBytes, signal } = options;
  const timeout = AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS);
  const stop = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  try {
    const response = await registry.tarball(packageName, url, stop);
    if (!response.ok || response.body === null) throw new Error(`status ${response.status}`);
    const length = Number(response.headers.get("content-length") ?? Number.NaN);
    const total = Number.isSafeInteger(length) ? length : undefined;
    const counted = limited(response.body, packageName, (done) => onBytes(done, total));
    await pipeline(counted, createWriteStream(file, { mode: 0o600, flags: "wx" }), { signal: stop });
  } catch (cause) {
    signal?.throwIfAborted();
    if (isLoongError(cause)) throw cause;
    throw installErrors.INSTALL_DOWNLOAD_FAILED([packageName, reasonOf(cause)], { cause });
  }
}

async function* limited(
  body: AsyncIterable<Uint8Array>,
  packageName: string,
  onBytes: (done: number) => void,
): AsyncGenerator<Uint8Array> {
  let done = 0;
  for await (const chunk of body) {
    done += chunk.byteLength;
    if (done > MAX_PACKED_BYTES) throw installErrors.INSTALL_TARBALL_TOO_LARGE([packageName, MAX_PACKED_BYTES]);
    onBytes(done);
    yield chunk;
  }
}

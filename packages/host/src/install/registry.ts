import { installErrors } from "./errors.ts";
import { isObject } from "../plugins/manifest.ts";
import { MAX_PACKUMENT_BYTES, REQUEST_TIMEOUT_MS } from "./limits.ts";

/** What a registry says about a package (https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md, read 2026-11-21). */
export interface Packument {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, PublishedVersion>>;
  /** Milliseconds since 1970, by version; a version may be missing. */
  readonly publishedAtMs: Readonly<Record<string, number>>;
}

export interface PublishedVersion {
  readonly version: string;
  readonly tarball: string;
  readonly integrity: string | undefined;
  readonly publisher: string | undefined;
  readonly isAttested: boolean;
  readonly deprecated: string | undefined;
}

export interface Registry {
  readonly address: string;
  /** @throws INSTALL_REGISTRY_UNREACHABLE, INSTALL_REGISTRY_ANSWER */
  packument(name: string): Promise<Packument | undefined>;
}

/** @param address - Ends in a slash. */
export function connectRegistry(address: string, signal?: AbortSignal): Registry {
  async function get(path: string): Promise<Response> {
    const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    try {
      return await fetch(address + path, {
        headers: { accept: "application/json" },
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
    } catch (cause) {
      signal?.throwIfAborted();
      throw installErrors.INSTALL_REGISTRY_UNREACHABLE([address, reasonOf(cause)], { cause });
    }
  }

  return {
    address,
    async packument(name) {
      const response = await get(name.replace("/", "%2f"));
      if (response.status === 404) return undefined;
      if (!response.ok) throw installErrors.INSTALL_REGISTRY_ANSWER([address, name, `status ${response.status}`]);
      const body = await textOf(response).catch((cause: unknown) => {
        signal?.throwIfAborted();
        throw installErrors.INSTALL_REGISTRY_UNREACHABLE([address, reasonOf(cause)], { cause });
      });
      if (body === undefined) throw installErrors.INSTALL_REGISTRY_ANSWER([address, name, "more than 64 MB"]);
      return readPackument(name, parsed(body)) ?? refuse(address, name);
    },
  };
}

function refuse(address: string, name: string): never {
  throw installErrors.INSTALL_REGISTRY_ANSWER([address, name, "no description of a package"]);
}

/** @returns `undefined` when it is larger than a description can be. */
async function textOf(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_PACKUMENT_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function readPackument(name: string, body: unknown): Packument | undefined {
  if (!isObject(body) || body["name"] !== name || !isObject(body["versions"])) return undefined;
  const versions = Object.entries(body["versions"]).flatMap(([version, value]) => {
    const published = readVersion(version, value);
    return published === undefined ? [] : [[version, published] as const];
  });
  const times = entriesOfText(body["time"]).map(([version, time]) => [version, Date.parse(time)] as const);
  return {
    name,
    tags: Object.fromEntries(entriesOfText(body["dist-tags"])),
    versions: Object.fromEntries(versions),
    publishedAtMs: Object.fromEntries(times.filter(([, time]) => Number.isFinite(time))),
  };
}

function readVersion(version: string, value: unknown): PublishedVersion | undefined {
  if (!isObject(value) || value["version"] !== version || !isObject(value["dist"])) return undefined;
  const { tarball, integrity, attestations } = value["dist"];
  if (typeof tarball !== "string") return undefined;
  const user = value["_npmUser"];
  return {
    version,
    tarball,
    integrity: textOrNothing(integrity),
    publisher: isObject(user) ? textOrNothing(user["name"]) : undefined,
    isAttested: isObject(attestations),
    deprecated: textOrNothing(value["deprecated"]),
  };
}

function entriesOfText(value: unknown): [string, string][] {
  if (!isObject(value)) return [];
  return Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string");
}

function textOrNothing(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** `fetch` says only "fetch failed" and hides the reason in its cause. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const inner = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (inner !== undefined) return inner;
  return error instanceof Error ? error.message : String(error);
}

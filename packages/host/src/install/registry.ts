import type { Env } from "@loong/config";
import { isLoongError } from "@loong/sdk";
import type { Response } from "undici";
import { isObject } from "../plugins/manifest.ts";
import { installErrors } from "./errors.ts";
import { MAX_PACKUMENT_BYTES, REQUEST_TIMEOUT_MS } from "./limits.ts";
import { openNetwork } from "./network.ts";
import { readNpmSettings } from "./npm-settings.ts";
import { addressForPackage } from "./registry-address.ts";
import { readKeys, readSignatures, type RegistryKey, type RegistrySignature } from "./signature.ts";

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
  readonly signatures: readonly RegistrySignature[];
  readonly deprecated: string | undefined;
}

export interface Registry {
  /** Where a package of this name is looked for; ends in a slash. */
  addressOf(packageName: string): string;
  /** @throws INSTALL_REGISTRY_UNREACHABLE, INSTALL_REGISTRY_REFUSED, INSTALL_REGISTRY_ANSWER */
  packument(name: string): Promise<Packument | undefined>;
  /** The keys that the registry of this package signs with; none when it says nothing of them. */
  keys(packageName: string): Promise<readonly RegistryKey[]>;
  /** Asks for a tarball. Rejects as `fetch` does. */
  tarball(packageName: string, url: string, signal: AbortSignal): Promise<Response>;
  close(): Promise<void>;
}

export interface RegistryOptions {
  readonly env: Env;
  /** For every package, whatever npm was told. */
  readonly registry?: string;
  readonly signal?: AbortSignal;
}

/**
 * Registries as npm would reach them: which one a scope has, and the proxy, authorities and credentials for it.
 *
 * @throws INSTALL_NETWORK_SETTING
 */
export async function connectRegistry({ env, registry: chosen, signal }: RegistryOptions): Promise<Registry> {
  const settings = readNpmSettings(env);
  const network = await openNetwork(settings, env);
  const addressOf = (name: string) => addressForPackage(name, settings, chosen);

  async function get(address: string, path: string): Promise<Answer> {
    const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    const stop = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    try {
      const response = await network.fetch(address + path, address, { accept: "application/json", signal: stop });
      return { status: response.status, body: response.ok ? await textOf(response) : "" };
    } catch (cause) {
      signal?.throwIfAborted();
      throw isLoongError(cause)
        ? cause
        : installErrors.INSTALL_REGISTRY_UNREACHABLE([address, reasonOf(cause)], { cause });
    }
  }

  return {
    addressOf,
    async packument(name) {
      const address = addressOf(name);
      const { status, body } = await get(address, name.replace("/", "%2f"));
      if (status === 404) return undefined;
      if (status === 401 || status === 403) throw installErrors.INSTALL_REGISTRY_REFUSED([address, name, status]);
      if (status !== 200) throw installErrors.INSTALL_REGISTRY_ANSWER([address, name, `status ${status}`]);
      if (body === undefined) throw installErrors.INSTALL_REGISTRY_ANSWER([address, name, "more than 64 MB"]);
      return readPackument(name, parsed(body)) ?? refuse(address, name);
    },
    async keys(packageName) {
      const { body = "" } = await get(addressOf(packageName), "-/npm/v1/keys");
      return readKeys(parsed(body));
    },
    tarball: (packageName, url, stop) => network.fetch(url, addressOf(packageName), { signal: stop }),
    close: () => network.close(),
  };
}

interface Answer {
  readonly status: number;
  /** `undefined` when it is larger than a description can be. */
  readonly body: string | undefined;
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
  const { tarball, integrity, attestations, signatures } = value["dist"];
  if (typeof tarball !== "string") return undefined;
  const user = value["_npmUser"];
  return {
    version,
    tarball,
    integrity: textOrNothing(integrity),
    publisher: isObject(user) ? textOrNothing(user["name"]) : undefined,
    isAttested: isObject(attestations),
    signatures: readSignatures(signatures),
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

/** `fetch` says only "fetch failed" and hides the reason in its causes; its own codes say less than its words. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reasonOf(error.cause);
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === "string" && !code.startsWith("UND_ERR") ? code : error.message;
}

import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { fixture } from "./plugin-tree.ts";
import { entriesOf, tarball } from "./tarball.ts";

export interface Published {
  readonly name: string;
  readonly version: string;
  readonly tarball: Buffer;
  /** ISO; absent: the registry does not say. */
  readonly time?: string;
  readonly integrity?: string | undefined;
  readonly signatures?: readonly object[];
  /** Where the registry says it lies. */
  readonly at?: string;
  readonly extra?: Readonly<Record<string, unknown>>;
}

export interface NpmRegistry {
  readonly url: string;
  publish(version: Published, tags?: readonly string[]): void;
  /** Paths that were asked for. */
  readonly requests: readonly string[];
  /** What each of them showed. */
  readonly credentials: readonly (string | undefined)[];
  readonly port: number;
  /** Its key, with which nothing is signed by itself. */
  readonly key: SigningKey;
}

export interface NpmRegistryOptions {
  /** With the certificate of `fixtures/tls`; `"client"`: and only for who has one too. */
  readonly tls?: boolean | "client";
  /** Default: its own address. */
  readonly url?: string;
  /** What everybody has to show. */
  readonly authorization?: string;
  /** Says so of itself: it publishes its key. */
  readonly signs?: boolean;
}

/** A registry that knows what was published to it; closed with the test. */
export async function startNpmRegistry(options: NpmRegistryOptions = {}): Promise<NpmRegistry> {
  const versions = new Map<string, Published[]>();
  const tags = new Map<string, Record<string, string>>();
  const requests: string[] = [];
  const credentials: (string | undefined)[] = [];
  const key = signingKey();
  const server = serverFor(options, (request, response) => {
    const path = decodeURIComponent(request.url ?? "").slice(1);
    requests.push(path);
    credentials.push(request.headers.authorization);
    if (options.authorization !== undefined && request.headers.authorization !== options.authorization)
      return response.writeHead(401).end("{}");
    if (path === "-/npm/v1/keys" && options.signs === true)
      return response.end(JSON.stringify({ keys: [key.published] }));
    const [name = "", file] = path.split("/-/");
    const found = versions.get(name);
    const one = found?.find(({ version }) => file === `${version}.tgz`);
    if (found === undefined) return response.writeHead(404).end("{}");
    if (file === undefined) return response.end(JSON.stringify(packument(name, found, tags.get(name) ?? {}, url)));
    return response.writeHead(one === undefined ? 404 : 200).end(one?.tarball);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close().closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const url = options.url ?? `http${options.tls === undefined ? "" : "s"}://127.0.0.1:${port}/`;
  return {
    url,
    port,
    requests,
    credentials,
    key,
    publish(version, as = ["latest"]) {
      versions.set(version.name, [...(versions.get(version.name) ?? []), version]);
      const mine = Object.fromEntries(as.map((tag) => [tag, version.version]));
      tags.set(version.name, { ...tags.get(version.name), ...mine });
    },
  };
}

function serverFor({ tls }: NpmRegistryOptions, listener: RequestListener) {
  if (tls === undefined) return createServer(listener);
  const own = { cert: readFileSync(tlsFile("registry.pem")), key: readFileSync(tlsFile("registry-key.pem")) };
  const ca = readFileSync(tlsFile("authority.pem"));
  return createTlsServer({ ...own, ca, requestCert: tls === "client", rejectUnauthorized: tls === "client" }, listener);
}

/** A file of `fixtures/tls`. */
export function tlsFile(name: string): string {
  return join(import.meta.dirname, "fixtures", "tls", name);
}

export interface SigningKey {
  /** As a registry publishes it. */
  readonly published: {
    readonly keyid: string;
    readonly keytype: string;
    readonly key: string;
    readonly expires: null;
  };
  /** As a registry writes it into `dist.signatures`. */
  signature(text: string): { readonly keyid: string; readonly sig: string };
}

export function signingKey(): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const der = publicKey.export({ type: "spki", format: "der" });
  const keyid = `SHA256:${createHash("sha256").update(der).digest("base64")}`;
  return {
    published: { keyid, keytype: "ecdsa-sha2-nistp256", key: der.toString("base64"), expires: null },
    signature: (text) => ({ keyid, sig: signed(text, privateKey) }),
  };
}

function signed(text: string, key: KeyObject): string {
  return sign("sha256", Buffer.from(text), key).toString("base64");
}

function packument(name: string, all: readonly Published[], tags: Record<string, string>, url: string) {
  const described = all.map(({ version, tarball, signatures, at, extra, ...rest }) => {
    const integrity = "integrity" in rest ? rest.integrity : integrityOf(tarball);
    const dist = { tarball: at ?? `${url}${name}/-/${version}.tgz`, integrity, signatures };
    return [version, { name, version, dist, ...extra }];
  });
  const time = all.flatMap(({ version, time }) => (time === undefined ? [] : [[version, time]]));
  return { name, "dist-tags": tags, versions: Object.fromEntries(described), time: Object.fromEntries(time) };
}

export function integrityOf(tarball: Buffer): string {
  return `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
}

/** A fixture as a registry holds it, months old. */
export function release(name: string, version: string, change: Readonly<Record<string, unknown>> = {}): Published {
  const fields = JSON.parse(readFileSync(join(fixture(name), "package.json"), "utf8")) as { name: string };
  const text = JSON.stringify({ ...fields, version, ...change });
  const packed = tarball(entriesOf(fixture(name), { "package.json": text }));
  const dependencies = change["dependencies"];
  const extra = dependencies === undefined ? {} : { extra: { dependencies } };
  return {
    name: typeof change["name"] === "string" ? change["name"] : fields.name,
    version,
    tarball: packed,
    time: "2026-06-01T00:00:00Z",
    ...extra,
  };
}

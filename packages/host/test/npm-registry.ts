import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
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
  readonly extra?: Readonly<Record<string, unknown>>;
}

export interface NpmRegistry {
  readonly url: string;
  publish(version: Published, tags?: readonly string[]): void;
  /** Paths that were asked for. */
  readonly requests: readonly string[];
}

/** A registry that knows what was published to it; closed with the test. */
export async function startNpmRegistry(): Promise<NpmRegistry> {
  const versions = new Map<string, Published[]>();
  const tags = new Map<string, Record<string, string>>();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "").slice(1);
    requests.push(path);
    const [name = "", file] = path.split("/-/");
    const found = versions.get(name);
    const one = found?.find(({ version }) => file === `${version}.tgz`);
    if (found === undefined) response.writeHead(404).end("{}");
    else if (file === undefined) response.end(JSON.stringify(packument(name, found, tags.get(name) ?? {}, url)));
    else response.writeHead(one === undefined ? 404 : 200).end(one?.tarball);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close().closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    url,
    requests,
    publish(version, as = ["latest"]) {
      versions.set(version.name, [...(versions.get(version.name) ?? []), version]);
      const mine = Object.fromEntries(as.map((tag) => [tag, version.version]));
      tags.set(version.name, { ...tags.get(version.name), ...mine });
    },
  };
}

function packument(name: string, all: readonly Published[], tags: Record<string, string>, url: string) {
  const described = all.map(({ version, tarball, extra, ...rest }) => {
    const sha512 = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
    const integrity = "integrity" in rest ? rest.integrity : sha512;
    return [version, { name, version, dist: { tarball: `${url}${name}/-/${version}.tgz`, integrity }, ...extra }];
  });
  const time = all.flatMap(({ version, time }) => (time === undefined ? [] : [[version, time]]));
  return { name, "dist-tags": tags, versions: Object.fromEntries(described), time: Object.fromEntries(time) };
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

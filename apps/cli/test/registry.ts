import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { runServer } from "verdaccio";
import { readFrom } from "../../../scripts/tarball.ts";

/** An npm registry of one test: it has what is published to it, and passes on what it does not have. */
export interface Registry {
  /** Without a slash at the end. */
  readonly url: string;
  /** Publishes a package as `npm publish` would. */
  publish(tarball: string): Promise<void>;
  close(): Promise<void>;
}

const ANYBODY = { access: "$all", publish: "$all" };

export async function startRegistry(): Promise<Registry> {
  const storage = await mkdtemp(join(tmpdir(), "loong-registry-"));
  // The upstream may be a mirror whose certificate only this machine knows.
  setDefaultCACertificates([...getCACertificates("default"), ...getCACertificates("system")]);
  const server: Server = await runServer({
    self_path: storage,
    storage,
    uplinks: { npmjs: { url: upstream(), maxage: "60m", cache: true } },
    packages: { "@loong/*": ANYBODY, "@acme/*": ANYBODY, "**": { access: "$all", proxy: "npmjs" } },
    log: { type: "stdout", level: "fatal" },
    web: { enable: false },
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    publish: (tarball) => publish(url, tarball),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(storage, { recursive: true, force: true });
    },
  };
}

/** Where npm gets its packages here. */
function upstream(): string {
  return execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8", cwd: tmpdir() }).trim();
}

/** What `npm publish` sends (https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md, read 2026-11-21). */
async function publish(registryUrl: string, tarball: string): Promise<void> {
  const bytes = readFileSync(tarball);
  const manifest = JSON.parse(readFrom(tarball, "package.json")) as { name: string; version: string };
  const { name, version } = manifest;
  const file = `${name}-${version}.tgz`;
  const dist = {
    integrity: `sha512-${createHash("sha512").update(bytes).digest("base64")}`,
    shasum: createHash("sha1").update(bytes).digest("hex"),
    tarball: `${registryUrl}/${name}/-/${file}`,
  };
  const body = {
    _id: name,
    name,
    "dist-tags": { latest: version },
    versions: { [version]: { ...manifest, _id: `${name}@${version}`, dist } },
    _attachments: {
      [file]: { content_type: "application/octet-stream", data: bytes.toString("base64"), length: bytes.length },
    },
  };
  const response = await fetch(`${registryUrl}/${name.replace("/", "%2f")}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok)
    throw new Error(`${name} ${version} was not published: ${response.status} ${await response.text()}`);
}

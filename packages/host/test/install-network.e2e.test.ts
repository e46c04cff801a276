import { createServer } from "node:http";
import { copyFileSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { LoongError } from "@loong/sdk";
import { describe, expect, onTestFinished, test } from "vitest";
import { downloadTarball } from "../src/install/download.ts";
import { connectRegistry, type Registry } from "../src/install/registry.ts";
import { startConnectProxy } from "./connect-proxy.ts";
import { installation } from "./installing.ts";
import { type NpmRegistry, release, startNpmRegistry, tlsFile } from "./npm-registry.ts";
import { tempDir } from "./temp-dir.ts";

const TOKEN = "npm_S3cretT0kenOfAcme";
const AUTHORITY = `cafile=${tlsFile("authority.pem")}`;
/** A name that only the proxy can resolve. */
const HIDDEN = "https://npm.acme.test/";

function homeWith(...npmrc: readonly string[]): string {
  const home = tempDir();
  writeFileSync(join(home, ".npmrc"), npmrc.join("\n"));
  return home;
}

async function connect(npmrc: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Registry> {
  const registry = await connectRegistry({ env: { HOME: homeWith(...npmrc), ...env } });
  onTestFinished(() => registry.close());
  return registry;
}

/** Whether the plugin can be found and fetched. */
async function fetched(registry: Registry, name = "@acme/plain-js"): Promise<string> {
  const version = (await registry.packument(name))?.versions["1.0.0"];
  if (version === undefined) throw new Error(`${name} is not there`);
  const file = join(tempDir(), "packed.tgz");
  return downloadTarball(version, file, { registry, packageName: name, onBytes: () => {}, signal: undefined });
}

function at({ url }: NpmRegistry): string {
  return url.replace(/^https?:/, "");
}

async function refusal(work: Promise<unknown>): Promise<LoongError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof LoongError)) throw new Error("it was not refused", { cause: error });
  expect(`${JSON.stringify(error)} ${error.stack} ${String(error.cause)}`).not.toMatch(/S3cret|pass(?: |%20)word/);
  return error;
}

test("behind a proxy, at a private registry with a token and an authority of its own, a plugin comes with what it depends on", async () => {
  const registry = await startNpmRegistry({ tls: true, url: HIDDEN, authorization: `Bearer ${TOKEN}` });
  registry.publish(release("plain-js", "1.0.0", { dependencies: { "tiny-part": "^1.0.0" } }));
  registry.publish(release("plain-ts", "1.2.0", { name: "tiny-part", loong: undefined }));
  const proxy = await startConnectProxy({ "npm.acme.test:443": registry.port });
  const { install, options, paths } = installation(registry);
  const npmrc = [`https-proxy=${proxy.url}`, "cafile=~/authority.pem", "//npm.acme.test/:_authToken=${ACME_TOKEN}"];
  writeFileSync(join(paths.home, ".npmrc"), npmrc.join("\n"));
  copyFileSync(tlsFile("authority.pem"), join(paths.home, "authority.pem"));
  const { prepared } = await install("@acme/plain-js", { env: { ...options.env, ACME_TOKEN: TOKEN } });

  expect(prepared.dependencies).toEqual([{ name: "tiny-part", version: "1.2.0" }]);
  expect(new Set(proxy.asked)).toEqual(new Set(["npm.acme.test:443"]));
  expect(new Set(registry.credentials)).toEqual(new Set([`Bearer ${TOKEN}`]));
});

describe("a proxy", () => {
  test("is taken from the environment, and left out where NO_PROXY says so", async () => {
    const registry = await startNpmRegistry({ tls: true, url: HIDDEN });
    registry.publish(release("plain-js", "1.0.0"));
    const proxy = await startConnectProxy({ "npm.acme.test:443": registry.port });
    const told = [`registry=${HIDDEN}`, AUTHORITY];
    await fetched(await connect(told, { HTTPS_PROXY: proxy.url }));
    expect(proxy.asked).not.toEqual([]);

    const before = proxy.asked.length;
    const direct = await connect(told, { HTTPS_PROXY: proxy.url, NO_PROXY: "elsewhere.test, acme.test" });
    expect(await refusal(fetched(direct))).toMatchObject({ code: "INSTALL_REGISTRY_UNREACHABLE" });
    expect(proxy.asked).toHaveLength(before);
  });

  test("that does not know us, is not there, or is no address is named without its password", async () => {
    const proxy = await startConnectProxy({});
    const wrong = await connect([`registry=${HIDDEN}`, `https-proxy=${proxy.url.replace("ann", "bob")}`]);
    const unknown = await refusal(fetched(wrong));
    expect(unknown).toMatchObject({ code: "INSTALL_REGISTRY_UNREACHABLE", message: expect.stringContaining("407") });
    expect(unknown.hint).toContain("https-proxy");
    const gone = await connect([`registry=${HIDDEN}`], { HTTPS_PROXY: "http://ann:S3cret@127.0.0.1:9" });
    expect((await refusal(fetched(gone))).message).toContain("ECONNREFUSED");
    const none = await refusal(connect(["proxy=ann:S3cret@proxy"]));
    expect(none).toMatchObject({ code: "INSTALL_NETWORK_SETTING", message: expect.stringContaining("`proxy`") });
  });
});

describe("trust", () => {
  test("in an authority comes from cafile or ca; without, the refusal says which setting is missing", async () => {
    const registry = await startNpmRegistry({ tls: true });
    registry.publish(release("plain-js", "1.0.0"));
    const told = `registry=${registry.url}`;
    const stranger = await refusal(fetched(await connect([told])));
    expect(stranger).toMatchObject({ code: "INSTALL_REGISTRY_UNREACHABLE", hint: expect.stringContaining("cafile") });
    await fetched(await connect([told, AUTHORITY]));
    await fetched(await connect([told, "strict-ssl=false"]));
    const missing = await refusal(connect([told, "cafile=/nowhere/ca.pem"]));
    expect(missing).toMatchObject({
      code: "INSTALL_NETWORK_SETTING",
      message: expect.stringContaining("/nowhere/ca.pem"),
    });
  });

  test("in us: a registry that wants a certificate gets the one that is written for it", async () => {
    const registry = await startNpmRegistry({ tls: "client" });
    registry.publish(release("plain-js", "1.0.0"));
    const told = [`registry=${registry.url}`, AUTHORITY];
    await refusal(fetched(await connect(told)));
    const files = ["client.pem", "client-key.pem"].map(tlsFile);
    const client = [`${at(registry)}:certfile=${files[0]}`, `${at(registry)}:keyfile=${files[1]}`];
    expect(await fetched(await connect([...told, ...client]))).toMatch(/^sha512-/);
  });
});

describe("credentials", () => {
  test("a scope has its own registry, and each registry sees only what is its own", async () => {
    const [own, common] = [await startNpmRegistry(), await startNpmRegistry()];
    own.publish(release("plain-js", "1.0.0"));
    common.publish(release("plain-js", "1.0.0", { name: "plain-js" }));
    const registry = await connect(
      [
        "@acme:registry=${OWN}",
        `${at(own)}:_authToken=${TOKEN}`,
        `${at(common)}:username=ann`,
        `${at(common)}:_password=cHc=`,
      ],
      { OWN: own.url, npm_config_registry: common.url },
    );
    await fetched(registry, "@acme/plain-js");
    await fetched(registry, "plain-js");
    expect(new Set(own.credentials)).toEqual(new Set([`Bearer ${TOKEN}`]));
    expect(new Set(common.credentials)).toEqual(new Set([`Basic ${Buffer.from("ann:pw").toString("base64")}`]));
  });

  test("stay where they belong when the tarball lies, or the registry leads, elsewhere", async () => {
    const other = await startNpmRegistry();
    const packed = release("plain-js", "1.0.0");
    other.publish(packed);
    const registry = await startNpmRegistry({ authorization: `Bearer ${TOKEN}` });
    registry.publish({ ...packed, at: `${other.url}@acme/plain-js/-/1.0.0.tgz` });
    const told = (address: string) => [`registry=${address}`, `${address.replace("http:", "")}:_authToken=${TOKEN}`];
    await fetched(await connect(told(registry.url)));
    const door = await startDoor(other.url);
    await fetched(await connect(told(door)));
    expect(registry.credentials).toEqual([`Bearer ${TOKEN}`]);
    expect(new Set(other.credentials)).toEqual(new Set([undefined]));
  });

  test("that are missing or wrong are asked for by name", async () => {
    const registry = await startNpmRegistry({ authorization: "Bearer another" });
    registry.publish(release("plain-js", "1.0.0"));
    const refused = await refusal(
      fetched(await connect([`registry=${registry.url}`, `${at(registry)}:_authToken=${TOKEN}`])),
    );
    expect(refused).toMatchObject({ code: "INSTALL_REGISTRY_REFUSED", message: expect.stringContaining("status 401") });
    expect(refused.hint).toContain(`npm login --registry=${registry.url}`);
  });
});

test("a mirror that names the public registry as the place of a tarball is asked for it itself", async () => {
  const mirror = await startNpmRegistry();
  const at = "https://registry.npmjs.org/@acme/plain-js/-/1.0.0.tgz";
  mirror.publish({ ...release("plain-js", "1.0.0"), at });
  await fetched(await connect([`registry=${mirror.url}`]));
  expect(mirror.requests).toContain("@acme/plain-js/-/1.0.0.tgz");
});

/** A registry that sends everybody on to another one. */
async function startDoor(onward: string): Promise<string> {
  const server = createServer((request, response) => {
    response.writeHead(307, { location: onward + (request.url ?? "").slice(1) }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

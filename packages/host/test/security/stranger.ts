import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type LockedPlugin, readPluginLock, sealFileIn, writePluginLock } from "../../src/install/lock-file.ts";
import { digestOf, sealOf } from "../../src/install/seal.ts";
import type { Home } from "./home.ts";

interface Stranger {
  readonly name: string;
  readonly id: string;
  readonly kind?: "channel" | "agent";
}

const policies = (...supported: readonly string[]) => ({ supported, default: supported[0] });

/** A package of somebody else's in a folder. */
export function writeStranger(directory: string, { name, id, kind = "channel" }: Stranger): string {
  const channel = {
    aliases: [],
    serves: true,
    dmPolicy: policies("pairing", "disabled"),
    groupPolicy: policies("disabled"),
    text: { maxLength: 4000, unit: "utf8-bytes" },
    target: { form: "a room", required: true, examples: ["room"] },
    account: { type: "object", properties: { token: { type: "string", secret: true } } },
  };
  const agent = { keys: [], settings: { type: "object", properties: {} } };
  const loong = { kind, id, label: id, contract: "^1.0.0", ...(kind === "channel" ? channel : agent) };
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const packageJson = { name, version: "1.0.0", type: "module", main: "./index.js", loong };
  writeFileSync(join(directory, "package.json"), JSON.stringify(packageJson), { mode: 0o600 });
  writeFileSync(join(directory, "index.js"), "export default {};\n", { mode: 0o600 });
  return directory;
}

/** The same, installed and pinned as `plugins install` does it. Gives the folder of the package. */
export function installStranger(home: Home, stranger: Stranger, pin: Partial<LockedPlugin> = {}): string {
  const { pluginsDir } = home.paths;
  const folder = `store/${stranger.id}/1.0.0-${stranger.name.replace(/\W/g, "")}`;
  const prefix = join(pluginsDir, folder);
  const directory = writeStranger(join(prefix, "node_modules", stranger.name), stranger);
  const seal = JSON.stringify(sealOf(join(prefix, "node_modules")));
  home.write(sealFileIn(prefix), seal);
  const packageJson = digestOf(readFileSync(join(directory, "package.json")));
  const row: LockedPlugin = {
    id: stranger.id,
    kind: stranger.kind ?? "channel",
    version: "1.0.0",
    source: "registry",
    spec: stranger.name,
    integrity: "sha512-x",
    folder,
    seal: digestOf(seal),
    packageJson,
    capabilities: [],
    installedAtMs: 0,
    ...pin,
  };
  writePluginLock(pluginsDir, { ...readPluginLock(pluginsDir), [stranger.name]: row });
  return directory;
}

import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { type InstallStep, prepareInstall, uninstallPlugin, verifyInstalled } from "../src/install/index.ts";
import { discoverPlugins } from "../src/plugins/discover.ts";
import { loadPlugin } from "../src/plugins/load.ts";
import { installation, leftovers } from "./installing.ts";
import { release, startNpmRegistry } from "./npm-registry.ts";
import { tempDir } from "./temp-dir.ts";

const run = promisify(execFile);

/** Every step of an install, in order, and the version that is active after a kill -9 at its beginning. */
const STEPS: readonly (readonly [InstallStep["name"], version: string])[] = [
  ["resolve", "1.0.0"],
  ["download", "1.0.0"],
  ["inspect", "1.0.0"],
  ["dependencies", "1.0.0"],
  ["extract", "1.0.0"],
  ["check", "1.0.0"],
  ["seal", "1.0.0"],
  ["place", "1.0.0"],
  ["pin", "1.0.0"],
  ["clean", "1.1.0"],
];
/** Those that a dependency makes another thing of: npm lays it down, then it is there, then it is moved along. */
const WITH_DEPENDENCY = new Set<string>(["dependencies", "extract", "place"]);

test.for(STEPS)(
  "an install that is killed at %s leaves one whole version active",
  { timeout: 120_000 },
  async ([step, version]) => {
    const registry = await startNpmRegistry();
    registry.publish(release("shared-parts", "1.0.0", { name: "shared-parts" }));
    registry.publish(release("plain-js", "1.0.0"));
    const { install, paths, options } = installation(registry);
    await install("@acme/plain-js");
    const dependencies = WITH_DEPENDENCY.has(step) ? { "shared-parts": "1.0.0" } : {};
    registry.publish(release("plain-js", "1.1.0", { dependencies }));

    const script = join(import.meta.dirname, "install-plugin.ts");
    const words = ["--conditions=@loong/source", script, paths.home, "@acme/plain-js", step, registry.url];
    await expect(run(process.execPath, words)).rejects.toMatchObject({ signal: "SIGKILL" });

    const { plugins, failures } = await discoverPlugins({ paths, extraPaths: [], bundled: [], verify: "code" });
    expect(failures).toEqual([]);
    expect(plugins).toMatchObject([{ packageName: "@acme/plain-js", version }]);
    const [record] = plugins;
    const plugin = record === undefined ? undefined : await loadPlugin(record, { cacheDir: tempDir() });
    expect(plugin?.id).toBe("plain-js");

    const prepared = await prepareInstall("@acme/plain-js", options);
    expect(readdirSync(join(paths.pluginsDir, "store", "plain-js"))).toHaveLength(version === "1.0.0" ? 1 : 2);
    expect((await prepared.activate()).version).toBe("1.1.0");
    expect(leftovers(paths)).toEqual(["store/plain-js"]);
    expect((await verifyInstalled(paths)).map(({ problem }) => problem)).toEqual([undefined]);
    await uninstallPlugin("plain-js", options);
    expect(leftovers(paths)).toEqual([]);
  },
);

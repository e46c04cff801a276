import { appendFileSync, existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CONTRACT_VERSION } from "@loong/sdk";
import { describe, expect, test, vi } from "vitest";
import { installation, leftovers, NOW_MS } from "./installing.ts";
import { integrityOf, release, startNpmRegistry } from "./npm-registry.ts";
import { fixture, variant } from "./plugin-tree.ts";
import { tempDir } from "./temp-dir.ts";
import { discoverPlugins } from "../src/plugins/discover.ts";
import {
  checkForUpdates,
  type InstallStep,
  installedPlugins,
  prepareInstall,
  uninstallPlugin,
  verifyInstalled,
} from "../src/install/index.ts";

const coded = (code: string, ...words: readonly string[]) =>
  expect.objectContaining({
    code,
    message: words.length === 0 ? expect.anything() : expect.stringContaining(words[0] ?? ""),
  });

const discover = (pluginsDir: string, verify: "manifest" | "code" = "code") =>
  discoverPlugins({ paths: { pluginsDir }, extraPaths: [], bundled: [], verify });

const daysAgo = (days: number) => new Date(NOW_MS - days * 86_400_000).toISOString();

describe("from a registry", () => {
  test("a name becomes the active version of its latest tag, and the lock pins it", async () => {
    const registry = await startNpmRegistry();
    registry.publish({
      ...release("plain-js", "1.0.0"),
      extra: { _npmUser: { name: "ann" } },
    });
    const { install, paths } = installation(registry);
    const { prepared, installed } = await install("@acme/plain-js");

    expect(prepared).toMatchObject({ version: "1.0.0", source: "registry", files: 2, dependencies: [], warnings: [] });
    expect(installed).toMatchObject({ id: "plain-js", version: "1.0.0", state: "intact", spec: "@acme/plain-js" });
    const { plugins, failures } = await discover(paths.pluginsDir);
    expect(failures).toEqual([]);
    expect(plugins).toMatchObject([
      { packageName: "@acme/plain-js", source: "installed", directory: installed.directory },
    ]);
    const lock = JSON.parse(readFileSync(join(paths.pluginsDir, "plugins.lock.json"), "utf8")) as object;
    expect(lock).toMatchObject({ plugins: { "@acme/plain-js": { integrity: installed.integrity, version: "1.0.0" } } });
    expect(statSync(installed.directory).mode & 0o077).toBe(0);
    expect(leftovers(paths)).toEqual(["store/plain-js"]);
  });

  test("a tag, a range and a version mean what they mean to npm", async () => {
    const registry = await startNpmRegistry();
    for (const version of ["1.0.0", "1.4.2", "2.0.0"]) registry.publish(release("plain-js", version));
    registry.publish(release("plain-js", "3.0.0-beta.1"), ["next"]);
    for (const [wanted, version] of [
      ["@acme/plain-js", "2.0.0"],
      ["@acme/plain-js@^1", "1.4.2"],
      ["@acme/plain-js@1.0.0", "1.0.0"],
      ["@acme/plain-js@next", "3.0.0-beta.1"],
    ] as const) {
      const prepared = await prepareInstall(wanted, installation(registry).options);
      await prepared.discard();
      expect(prepared.version).toBe(version);
    }
    const { options } = installation(registry);
    const nowhere = prepareInstall("@acme/plain-js@legacy", options);
    await expect(nowhere).rejects.toEqual(coded("INSTALL_VERSION_UNKNOWN", "The latest is 2.0.0. Tags: next."));
    await expect(prepareInstall("@acme/plain-js@^9", options)).rejects.toEqual(coded("INSTALL_VERSION_UNKNOWN"));
  });

  test("shows who published it, when, and what it can do, before anything is active", async () => {
    const registry = await startNpmRegistry();
    registry.publish({
      ...release("horn", "1.0.0"),
      extra: { _npmUser: { name: "ann" }, deprecated: "use trumpet" },
    });
    const { options, paths } = installation(registry);
    const prepared = await prepareInstall("@acme/horn", options);
    expect(prepared).toMatchObject({ publisher: "ann", provenance: "none", publishedAtMs: Date.parse("2026-06-01") });
    expect(prepared.capabilities[0]).toContain('channel "horn"');
    expect(prepared.warnings).toMatchObject([
      { code: "INSTALL_DEPRECATED", message: expect.stringContaining("trumpet") },
    ]);
    expect((await discover(paths.pluginsDir)).plugins).toEqual([]);
    await prepared.discard();
    await prepared.discard();
    await expect(prepared.activate()).rejects.toThrow(TypeError);
    expect(leftovers(paths)).toEqual([]);
  });

  test("a version that is too young is refused with the newest that is not, unless it is asked for", async () => {
    const registry = await startNpmRegistry();
    registry.publish({ ...release("plain-js", "1.0.0"), time: daysAgo(4) });
    registry.publish({ ...release("plain-js", "1.0.1"), time: daysAgo(2) });
    const { options, install, paths } = installation(registry);
    const refused = prepareInstall("@acme/plain-js", options);
    await expect(refused).rejects.toEqual(coded("INSTALL_TOO_NEW", "48 hours"));
    await expect(refused).rejects.toMatchObject({ hint: expect.stringContaining("@acme/plain-js@1.0.0") });
    expect(leftovers(paths)).toEqual([]);
    expect((await install("@acme/plain-js", { allowNew: true })).installed.version).toBe("1.0.1");
  });

  test("a version of unknown age counts as young, one of this project's own does not", async () => {
    const registry = await startNpmRegistry();
    const { time: _unknown, ...timeless } = release("plain-js", "1.0.0");
    registry.publish(timeless);
    const own = { ...release("plain-js", "1.0.0", { name: "@loong/horn" }), time: daysAgo(0) };
    registry.publish(own);
    const { options, install } = installation(registry);
    await expect(prepareInstall("@acme/plain-js", options)).rejects.toEqual(coded("INSTALL_TOO_NEW", "does not say"));
    expect((await install("@loong/horn")).installed.packageName).toBe("@loong/horn");
  });

  test("bytes that are not those promised, or were promised by no strong hash, are refused", async () => {
    const registry = await startNpmRegistry();
    const good = release("plain-js", "1.0.0");
    registry.publish({ ...good, integrity: `sha512-${Buffer.alloc(64).toString("base64")}` });
    registry.publish({ ...release("plain-ts", "1.0.0"), integrity: undefined });
    registry.publish({ ...release("horn", "1.0.0"), integrity: "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=" });
    const { options, paths } = installation(registry);
    await expect(prepareInstall("@acme/plain-js", options)).rejects.toEqual(coded("INSTALL_INTEGRITY_MISMATCH"));
    await expect(prepareInstall("@acme/plain-ts", options)).rejects.toEqual(coded("INSTALL_NO_INTEGRITY"));
    await expect(prepareInstall("@acme/horn", options)).rejects.toEqual(coded("INSTALL_NO_INTEGRITY"));
    expect(leftovers(paths)).toEqual([]);
  });

  test("a registry's signature is checked: a wrong one is refused, a missing one is warned of", async () => {
    const registry = await startNpmRegistry({ signs: true });
    const signed = (version: string, over: string) => {
      const plain = release("plain-js", version);
      const text = `@acme/plain-js@${over}:${integrityOf(plain.tarball)}`;
      registry.publish({ ...plain, signatures: [registry.key.signature(text)] });
    };
    signed("1.0.0", "1.0.0");
    signed("1.0.1", "1.0.0");
    registry.publish(release("plain-js", "1.0.2"));
    const { options, paths } = installation(registry);
    const prepared = async (version: string) => {
      const done = await prepareInstall(`@acme/plain-js@${version}`, options);
      await done.discard();
      return done;
    };
    expect(await prepared("1.0.0")).toMatchObject({ signature: "verified", warnings: [] });
    await expect(prepared("1.0.1")).rejects.toEqual(coded("INSTALL_SIGNATURE_WRONG", "@acme/plain-js 1.0.1 is wrong"));
    const { signature, warnings } = await prepared("1.0.2");
    expect([signature, warnings]).toMatchObject(["missing", [{ code: "INSTALL_NOT_SIGNED" }]]);
    expect(leftovers(paths)).toEqual([]);
  });

  test("a version that changed after it was installed is refused, and the first stays", async () => {
    const first = await startNpmRegistry();
    first.publish(release("plain-js", "1.0.0"));
    const other = await startNpmRegistry();
    other.publish(release("plain-js", "1.0.0", { description: "not the same" }));
    const { install, options, paths } = installation(first);
    const { installed } = await install("@acme/plain-js");
    const again = prepareInstall("@acme/plain-js", { ...options, registry: other.url });
    await expect(again).rejects.toEqual(coded("INSTALL_PIN_MISMATCH"));
    expect(await installedPlugins(paths)).toEqual([installed]);
  });

  test("a tarball that calls itself otherwise than the registry is refused", async () => {
    const registry = await startNpmRegistry();
    registry.publish({ ...release("plain-js", "1.0.0"), version: "1.0.1" });
    const { options } = installation(registry);
    await expect(prepareInstall("@acme/plain-js", options)).rejects.toEqual(
      coded("INSTALL_PACKAGE_INVALID", "the registry calls it 1.0.1"),
    );
  });

  test("a name that passes for one of this project's is refused, a missing one is told the nearest", async () => {
    const registry = await startNpmRegistry();
    registry.publish(release("plain-js", "1.0.0", { name: "@loong/horn" }));
    registry.publish(release("plain-js", "1.0.0", { name: "@looong/horn" }));
    registry.publish(release("plain-js", "1.0.0", { name: "@looong/unheard-of" }));
    const { options, install } = installation(registry);
    await expect(prepareInstall("@looong/horn", options)).rejects.toEqual(
      coded("INSTALL_NAME_DECEPTIVE", "@loong/horn"),
    );
    await expect(prepareInstall("loong-horn", options)).rejects.toEqual(coded("INSTALL_NAME_DECEPTIVE", "@loong/horn"));
    await expect(prepareInstall("horn", options)).rejects.toEqual(
      coded("INSTALL_PACKAGE_UNKNOWN", "Did you mean @loong/horn?"),
    );
    await install("@looong/unheard-of");
    await expect(prepareInstall("@looong/unheard-off", options)).rejects.toEqual(
      coded("INSTALL_PACKAGE_UNKNOWN", "Did you mean @looong/unheard-of?"),
    );
  });

  test("a registry that is not there is named", async () => {
    const { options } = installation();
    await expect(prepareInstall("@acme/horn", options)).rejects.toEqual(
      coded("INSTALL_REGISTRY_UNREACHABLE", "127.0.0.1:9"),
    );
  });

  test("dependencies come with it, hashed, and none of their scripts runs", async () => {
    const registry = await startNpmRegistry();
    const marker = join(tempDir(), "ran");
    const scripts = { preinstall: `touch ${marker}`, install: `touch ${marker}`, postinstall: `touch ${marker}` };
    registry.publish(release("shared-parts", "1.0.0", { name: "shared-parts", scripts }));
    registry.publish(release("plain-js", "1.0.0", { dependencies: { "shared-parts": "^1.0.0" }, scripts }));
    const { install, paths } = installation(registry);
    const onProgress = vi.fn<(step: InstallStep) => void>();
    const { prepared, installed } = await install("@acme/plain-js", { onProgress });
    expect(prepared.dependencies).toEqual([{ name: "shared-parts", version: "1.0.0" }]);
    expect(onProgress).toHaveBeenCalledWith({ name: "dependencies", packages: 1 });
    expect(prepared.warnings).toMatchObject([{ code: "INSTALL_SCRIPTS_SKIPPED" }]);
    expect(existsSync(marker)).toBe(false);

    const part = join(installed.directory, "..", "..", "shared-parts", "package.json");
    appendFileSync(part, " ");
    expect(await verifyInstalled(paths)).toMatchObject([
      { plugin: { state: "modified" }, problem: { code: "PLUGIN_MODIFIED" } },
    ]);
    expect(statSync(paths.cacheDir).mode & 0o077).toBe(0);
  });

  test.for([
    "git+https://example.com/x.git",
    "file:../secrets",
    "https://example.com/x.tgz",
    "workspace:*",
    "github:a/b",
  ])("a dependency from %s is refused before npm is asked", async (range) => {
    const registry = await startNpmRegistry();
    registry.publish(release("plain-js", "1.0.0", { dependencies: { parts: range } }));
    const { options, paths } = installation(registry);
    await expect(prepareInstall("@acme/plain-js", options)).rejects.toEqual(coded("INSTALL_DEPENDENCY_REFUSED", range));
    expect(leftovers(paths)).toEqual([]);
  });

  test("a dependency that depends on a repository is refused too", async () => {
    const registry = await startNpmRegistry();
    registry.publish(release("shared-parts", "1.0.0", { name: "shared-parts", dependencies: { x: "github:a/b" } }));
    registry.publish(release("plain-js", "1.0.0", { dependencies: { "shared-parts": "^1.0.0" } }));
    const { options, paths } = installation(registry);
    await expect(prepareInstall("@acme/plain-js", options)).rejects.toEqual(coded("INSTALL_NPM_FAILED"));
    expect(leftovers(paths)).toEqual([]);
  });
});

/** What becomes of a plugin that begins with this code. */
async function attempt(code: string): Promise<unknown> {
  const directory = variant("plain-js", join(tempDir(), "plugin"), {});
  writeFileSync(join(directory, "index.js"), `${code}\n${readFileSync(join(directory, "index.js"), "utf8")}`);
  const { options, paths } = installation();
  const failure = await prepareInstall(directory, { ...options, link: false }).then(
    (prepared) => prepared.discard(),
    (error: unknown) => error,
  );
  expect(leftovers(paths)).toEqual([]);
  return failure;
}

describe("what is no plugin for this host is refused, and nothing is left", () => {
  test.for([
    ["contract-old", "PLUGIN_CONTRACT_TOO_OLD", "^0.4.0"],
    ["contract-new", "PLUGIN_CONTRACT_TOO_NEW", "^2.1.0"],
    ["contract-nonsense", "PLUGIN_CONTRACT_INVALID", "latest greatest"],
    ["contract-missing", "PLUGIN_CONTRACT_INVALID", "does not say"],
  ] as const)("%s, and both versions are named", async ([name, code, wanted]) => {
    const registry = await startNpmRegistry();
    const published = release(name, "1.0.0");
    registry.publish(published);
    const { options, paths } = installation(registry);
    const refused = prepareInstall(published.name, options);
    await expect(refused).rejects.toEqual(coded(code, wanted));
    await expect(refused).rejects.toEqual(coded(code, CONTRACT_VERSION));
    expect(leftovers(paths)).toEqual([]);
  });

  test.for([
    ["not-a-plugin", "INSTALL_NOT_A_PLUGIN"],
    ["no-entry", "PLUGIN_NO_ENTRY"],
    ["throws-at-import", "PLUGIN_IMPORT_FAILED"],
    ["no-default", "PLUGIN_EXPORT_INVALID"],
    ["stale-manifest", "PLUGIN_MANIFEST_STALE"],
  ] as const)("%s", async ([name, code]) => {
    const registry = await startNpmRegistry();
    const published = release(name, "1.0.0");
    registry.publish(published);
    const { options, paths } = installation(registry);
    await expect(prepareInstall(published.name, options)).rejects.toEqual(coded(code));
    expect(leftovers(paths)).toEqual([]);
  });

  test("code that does not load, without a word of where it lay or of switching off what is not there", async () => {
    const failure = await attempt('import "not-there";');
    expect(failure).toMatchObject({
      code: "PLUGIN_IMPORT_FAILED",
      message: expect.stringContaining("imported from @acme/plain-js/index.js"),
      hint: expect.stringMatching(
        /^Nothing was changed\. Tell its author.*`loong plugins install @acme\/plain-js@<version>`/,
      ),
    });
  });

  test("a path that is no folder, or no tarball", async () => {
    const file = join(tempDir(), "horn.tgz");
    writeFileSync(file, "no gzip");
    const { options } = installation();
    const broken = prepareInstall(file, options);
    await expect(broken).rejects.toMatchObject({ message: expect.stringContaining("it is no gzip file, or damaged") });
    const notes = join(tempDir(), "notes.txt");
    writeFileSync(notes, "");
    for (const [path, words] of [
      [notes, "neither a folder nor a .tgz file"],
      [join(notes, "../none"), "there is no such folder"],
    ] as const)
      for (const link of [true, false])
        await expect(prepareInstall(path, { ...options, link })).rejects.toEqual(coded("INSTALL_PATH_UNUSABLE", words));
  });

  test("a Node that is not the one it needs", async () => {
    const registry = await startNpmRegistry();
    registry.publish(release("plain-js", "1.0.0", { engines: { node: "<20" } }));
    const { options } = installation(registry);
    await expect(prepareInstall("@acme/plain-js", options)).rejects.toEqual(coded("INSTALL_NODE_UNFIT", "<20"));
  });

  test("a name that belongs to another plugin", async () => {
    const registry = await startNpmRegistry();
    registry.publish(release("plain-js", "1.0.0", { name: "@evil/plain" }));
    const { options, paths } = installation(registry);
    const bundled = [fixture("plain-js")];
    await expect(prepareInstall("@evil/plain", { ...options, bundled })).rejects.toEqual(
      coded("INSTALL_ID_TAKEN", "@acme/plain-js"),
    );
    expect(leftovers(paths)).toEqual([]);
  });
});

describe("the code runs once in a process that", () => {
  test("may not read what is not the plugin's", async () => {
    const secret = join(tempDir(), "secret");
    writeFileSync(secret, "x");
    const failure = await attempt(`import { readFileSync } from "node:fs"; readFileSync(${JSON.stringify(secret)});`);
    expect(failure).toMatchObject({ code: "PLUGIN_IMPORT_FAILED", message: expect.stringContaining("restricted") });
  });

  test("may start nothing", async () => {
    const failure = await attempt(`import { execSync } from "node:child_process"; execSync("true");`);
    expect(failure).toMatchObject({ code: "PLUGIN_IMPORT_FAILED" });
  });

  test("sees no environment", async () => {
    const failure = await attempt(
      `if (Object.keys(process.env).some((name) => name !== "NODE_CHANNEL_FD")) throw new Error("seen");`,
    );
    expect(failure).toBeUndefined();
  });

  test("takes nobody along when it ends", async () => {
    expect(await attempt("process.exit(0);")).toMatchObject({
      code: "INSTALL_CHECK_DIED",
      message: expect.stringContaining("exit code 0"),
    });
    expect(await attempt("process.abort();")).toMatchObject({
      code: "INSTALL_CHECK_DIED",
      message: expect.stringContaining("SIGABRT"),
    });
  });
});

describe("a folder", () => {
  test("is linked by default: it runs from where it lies and may change", async () => {
    const directory = variant("plain-ts", join(tempDir(), "plugin"), {});
    const { install, paths, options } = installation();
    const { prepared, installed } = await install(directory);
    expect(prepared).toMatchObject({ source: "link", integrity: "", provenance: "unknown" });
    expect(installed).toMatchObject({ directory, state: "intact", source: "link" });
    appendFileSync(join(directory, "index.ts"), "\n// later");
    const { plugins } = await discover(paths.pluginsDir);
    expect(plugins).toMatchObject([{ directory, isTypeScript: true }]);
    await uninstallPlugin("plain-ts", options);
    expect(existsSync(join(directory, "index.ts"))).toBe(true);
    expect((await discover(paths.pluginsDir)).plugins).toEqual([]);
  });

  test("of a source checkout runs from its TypeScript, with the dependencies it has there", async () => {
    const directory = join(import.meta.dirname, "..", "..", "..", "extensions", "webhook");
    const { install, paths } = installation();
    const { installed } = await install(directory);
    expect(installed).toMatchObject({ packageName: "@loong/webhook", directory, source: "link" });
    expect((await discover(paths.pluginsDir)).plugins).toMatchObject([{ directory, isTypeScript: true }]);
  });

  test("that is gone is missing, and says what to do", async () => {
    const directory = variant("plain-ts", join(tempDir(), "plugin"), {});
    const { install, paths } = installation();
    await install(directory);
    rmSync(directory, { recursive: true });
    const { failures } = await discover(paths.pluginsDir, "manifest");
    expect(failures).toMatchObject([
      { id: "plain-ts", code: "PLUGIN_MISSING", hint: expect.stringContaining(directory) },
    ]);
    expect(await installedPlugins(paths)).toMatchObject([{ state: "missing" }]);
  });

  test("or a file that calls itself one of Loong's own is taken with a warning", async () => {
    const file = join(tempDir(), "own.tgz");
    writeFileSync(file, release("plain-js", "1.0.0", { name: "@loong/horn" }).tarball);
    const { prepared } = await installation().install(file);
    expect(prepared.warnings).toMatchObject([{ code: "INSTALL_ORIGIN_UNPROVEN" }]);
  });

  test("can be copied; links in it are left out", async () => {
    const directory = variant("plain-js", join(tempDir(), "plugin"), {});
    symlinkSync("/etc/hostname", join(directory, "hostname"));
    const { install } = installation();
    const { installed } = await install(directory, { link: false });
    expect(installed.source).toBe("directory");
    expect(existsSync(join(installed.directory, "hostname"))).toBe(false);
  });

  test("and only a folder can be linked", async () => {
    const { options } = installation();
    await expect(prepareInstall("horn", { ...options, link: true })).rejects.toEqual(coded("INSTALL_SPEC_INVALID"));
    await expect(prepareInstall("./nowhere", options)).rejects.toEqual(coded("INSTALL_PATH_UNUSABLE"));
    await expect(prepareInstall("./nowhere.tgz", options)).rejects.toEqual(coded("INSTALL_PATH_UNUSABLE"));
  });
});

describe("what is installed", () => {
  test("is replaced at once; the version before stays for those who run it, the one before that goes", async () => {
    const registry = await startNpmRegistry();
    registry.publish(release("plain-js", "1.0.0"));
    const { install, options, paths } = installation(registry);
    const first = (await install("@acme/plain-js")).installed;
    registry.publish(release("plain-js", "1.1.0"));
    expect(await checkForUpdates(options)).toEqual([{ id: "plain-js", from: "1.0.0", to: "1.1.0" }]);
    const { prepared, installed: second } = await install("@acme/plain-js");
    expect(prepared.replaces).toBe("1.0.0");
    expect(existsSync(first.directory)).toBe(true);
    expect((await discover(paths.pluginsDir)).plugins).toMatchObject([
      { version: "1.1.0", directory: second.directory },
    ]);
    expect(await checkForUpdates(options)).toEqual([]);
    await install("@acme/plain-js");
    expect(existsSync(first.directory)).toBe(false);
    expect(existsSync(second.directory)).toBe(true);
  });

  test("at an exact version has no updates, and a young version is none yet", async () => {
    const registry = await startNpmRegistry();
    registry.publish(release("plain-js", "1.0.0"));
    registry.publish(release("horn", "1.0.0"));
    const { install, options } = installation(registry);
    await install("@acme/plain-js@1.0.0");
    await install("@acme/horn");
    registry.publish(release("plain-js", "1.1.0"));
    registry.publish({ ...release("horn", "1.1.0"), time: daysAgo(1) });
    expect(await checkForUpdates(options)).toEqual([]);
    await expect(checkForUpdates(options, ["nothing"])).rejects.toEqual(coded("PLUGIN_NOT_INSTALLED"));
  });

  test("warns when the next version can more", async () => {
    const registry = await startNpmRegistry();
    registry.publish(release("plain-js", "1.0.0"));
    const { install } = installation(registry);
    await install("@acme/plain-js");
    const [first] = (await install("@acme/plain-js")).prepared.warnings;
    expect(first).toBeUndefined();
    registry.publish(release("horn", "1.1.0", { name: "@acme/plain-js" }));
    const { prepared } = await install("@acme/plain-js");
    expect(prepared.warnings).toMatchObject([
      { code: "INSTALL_CAPABILITIES_GREW", message: expect.stringContaining("horn") },
    ]);
  });

  test("warns when another publisher brings the next version", async () => {
    const registry = await startNpmRegistry();
    registry.publish({ ...release("plain-js", "1.0.0"), extra: { _npmUser: { name: "ann" } } });
    const { install } = installation(registry);
    await install("@acme/plain-js");
    registry.publish({ ...release("plain-js", "1.1.0"), extra: { _npmUser: { name: "mallory" } } });
    const { prepared } = await install("@acme/plain-js");
    expect(prepared.warnings).toMatchObject([
      { code: "INSTALL_PUBLISHER_CHANGED", message: expect.stringContaining("mallory") },
    ]);
  });

  test.for([
    ["index.js was changed", (directory: string) => appendFileSync(join(directory, "index.js"), "\n")],
    ["extra.js was added", (directory: string) => writeFileSync(join(directory, "extra.js"), "")],
    ["index.js is gone", (directory: string) => rmSync(join(directory, "index.js"))],
    ["link.js was added", (directory: string) => symlinkSync("/etc/hostname", join(directory, "link.js"))],
    ["package.json was changed", (directory: string) => appendFileSync(join(directory, "package.json"), "\n")],
    [
      "the list of its hashes was changed",
      (directory: string) => writeFileSync(join(directory, "..", "..", "..", "seal.json"), "{}"),
    ],
  ] as const)("is not loaded when %s, and the others are", async ([breach, tamper]) => {
    const registry = await startNpmRegistry();
    registry.publish(release("plain-js", "1.0.0"));
    registry.publish(release("horn", "1.0.0"));
    const { install, paths } = installation(registry);
    const { installed } = await install("@acme/plain-js");
    await install("@acme/horn");
    tamper(installed.directory);

    const { plugins, failures } = await discover(paths.pluginsDir);
    expect(plugins.map(({ packageName }) => packageName)).toEqual(["@acme/horn"]);
    expect(failures).toMatchObject([{ id: "plain-js", code: "PLUGIN_MODIFIED", severity: "error", version: "1.0.0" }]);
    expect(failures[0]?.message).toContain(breach);
    expect(failures[0]?.hint).toContain("loong plugins install @acme/plain-js@1.0.0");
    const states = (await installedPlugins(paths)).map(({ id, state }) => [id, state]);
    expect(states).toEqual([
      ["horn", "intact"],
      ["plain-js", "modified"],
    ]);

    expect((await install("@acme/plain-js@1.0.0")).installed.state).toBe("intact");
    expect((await discover(paths.pluginsDir)).failures).toEqual([]);
  });

  test("cannot be told from a torn lock file, so none of it is used, and it is said", async () => {
    const registry = await startNpmRegistry();
    registry.publish(release("plain-js", "1.0.0"));
    const { install, paths, options } = installation(registry);
    await install("@acme/plain-js");
    writeFileSync(join(paths.pluginsDir, "plugins.lock.json"), '{"lockfileVersion":1,"plugins":{"@acme/pl');
    const { plugins, failures } = await discover(paths.pluginsDir);
    expect(plugins).toEqual([]);
    expect(failures).toMatchObject([{ code: "INSTALL_LOCK_INVALID", severity: "error" }]);
    await expect(prepareInstall("@acme/plain-js", options)).rejects.toEqual(coded("INSTALL_LOCK_INVALID"));
  });

  test("goes without a trace, keeps the operator's config and names it, and spares the others", async () => {
    const registry = await startNpmRegistry();
    registry.publish(release("plain-js", "1.0.0"));
    registry.publish(release("horn", "1.0.0"));
    const { install, options, paths } = installation(registry);
    await install("@acme/plain-js");
    const horn = (await install("@acme/horn")).installed;
    const config =
      "channels:\n  plain: { token: x }\n  horn: { token: y }\nplugins:\n  entries:\n    plain-js: { enabled: true }\n";
    writeFileSync(join(paths.home, "config.yaml"), config);

    const { removed, configKept } = await uninstallPlugin("plain-js", options);
    expect(removed).toMatchObject({ packageName: "@acme/plain-js", version: "1.0.0" });
    expect(configKept).toEqual(["channels.plain", "plugins.entries.plain-js"]);
    expect(readFileSync(join(paths.home, "config.yaml"), "utf8")).toBe(config);
    expect(leftovers(paths)).toEqual(["store/horn"]);
    expect(await installedPlugins(paths)).toEqual([horn]);
    await expect(uninstallPlugin("plain-js", options)).rejects.toEqual(
      coded("PLUGIN_NOT_INSTALLED", "Installed: horn"),
    );
  });

  test("changes for one installer at a time", async () => {
    const registry = await startNpmRegistry();
    registry.publish(release("plain-js", "1.0.0"));
    const { install, options } = installation(registry);
    const prepared = await prepareInstall("@acme/plain-js", options);
    await expect(prepareInstall("@acme/plain-js", options)).rejects.toEqual(coded("INSTALL_BUSY"));
    await expect(uninstallPlugin("plain-js", options)).rejects.toEqual(coded("INSTALL_BUSY"));
    await prepared.discard();
    expect((await install("@acme/plain-js")).installed.state).toBe("intact");
  });

  test("stays as it was when the operator stops half-way", async () => {
    const registry = await startNpmRegistry();
    registry.publish(release("plain-js", "1.0.0"));
    const { options, paths } = installation(registry);
    const stop = new AbortController();
    const stopped = prepareInstall("@acme/plain-js", {
      ...options,
      signal: stop.signal,
      onProgress: ({ name }) => name === "check" && stop.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
    expect(leftovers(paths)).toEqual([]);
  });
});

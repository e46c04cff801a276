import { mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { discoverPlugins } from "./discover.ts";
import { createLivePlugins, type LivePlugins } from "./live.ts";
import { createPluginSet, type PluginSet } from "./set.ts";

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "loong-live-"));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

const always = () => true;
const never = () => false;

/** A folder with an agent in it. */
function write(folder: string, id: string, version = "1.0.0"): string {
  const directory = join(place, folder);
  mkdirSync(directory, { recursive: true });
  const loong = { kind: "agent", id, label: id, contract: "^1.0.0", keys: [], settings: { type: "object" } };
  writeFileSync(
    join(directory, "package.json"),
    JSON.stringify({ name: `@acme/${id}`, version, main: "index.js", loong }),
  );
  writeFileSync(join(directory, "index.js"), "export default {};");
  return directory;
}

async function look(...extraPaths: readonly string[]): Promise<PluginSet> {
  const { plugins, failures } = await discoverPlugins({
    paths: { pluginsDir: join(place, "none") },
    extraPaths,
    bundled: [],
  });
  return createPluginSet(plugins, failures);
}

const versionOf = (plugins: LivePlugins, id: string) => plugins.agent(id).version;

test("what came and what went is told, and what stayed is the same record", async () => {
  const [stays, goes, comes] = [write("stays", "stays"), write("goes", "goes"), write("comes", "comes")];
  const live = createLivePlugins(await look(stays, goes));
  const before = live.agent("stays");
  const changes = live.take(await look(stays, comes), never);
  expect(changes).toEqual({ added: ["comes"], removed: ["goes"], replaced: [], kept: [] });
  expect(live.agent("stays")).toBe(before);
  expect(live.find("goes")).toBeUndefined();
  expect(live.manifests().map(({ id }) => id)).toEqual(["stays", "comes"]);
});

test("another version in another folder has moved, and takes the place when it may", async () => {
  const live = createLivePlugins(await look(write("one", "chat")));
  let moved: boolean | undefined;
  const changes = live.take(await look(write("two", "chat", "2.0.0")), (change) => (moved = change.moved));
  expect({ moved, changes }).toMatchObject({ moved: true, changes: { replaced: ["chat"], kept: [] } });
  expect(versionOf(live, "chat")).toBe("2.0.0");
});

test("a link that is turned elsewhere has moved, though its path is the same", async () => {
  const link = join(place, "link");
  symlinkSync(write("one", "chat"), link);
  const live = createLivePlugins(await look(link));
  unlinkSync(link);
  symlinkSync(write("two", "chat"), link);
  expect(live.take(await look(link), ({ moved }) => moved)).toMatchObject({ replaced: ["chat"] });
});

test("what changed where it stands and may not be replaced stays as it was, until it may", async () => {
  const live = createLivePlugins(await look(write("one", "chat")));
  const found = await look(write("one", "chat", "2.0.0"));
  const refuseInPlace = ({ moved }: { readonly moved: boolean }) => moved;
  for (let round = 0; round < 2; round++) {
    expect(live.take(found, refuseInPlace)).toMatchObject({ replaced: [], kept: ["chat"] });
    expect(versionOf(live, "chat")).toBe("1.0.0");
  }
  expect(live.take(found, always)).toMatchObject({ replaced: ["chat"], kept: [] });
  expect(live.take(found, never)).toMatchObject({ replaced: [], kept: [] });
});

test("a plugin that broke is gone, and its failure is there", async () => {
  const directory = write("one", "chat");
  const live = createLivePlugins(await look(directory));
  rmSync(join(directory, "index.js"));
  expect(live.take(await look(directory), always)).toMatchObject({ removed: ["chat"] });
  expect(live.failures).toMatchObject([{ code: "PLUGIN_NO_ENTRY", id: "chat" }]);
});

import { createHash } from "node:crypto";
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AgentPlugin, type ChannelHost, type ChannelPlugin, CONTRACT_RANGE, type Manifest } from "@loong/sdk";
import { agentConformance, type ChannelHarness, channelConformance } from "@loong/testkit";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { createPluginSet, discoverPlugins, loadPlugin } from "../src/plugins/index.ts";
import { createHome } from "./gateway-process.ts";
import { LANTERN_TOKEN, startLantern } from "./lantern.ts";
import { tempDir } from "./temp-dir.ts";

// What was built against the first contract is installed somewhere for good. It is loaded as a host loads it: from
// node_modules, by Node itself, with the host's own sdk.
const CHANNEL = join(import.meta.dirname, "fixtures", "first-contract");
const AGENT = join(import.meta.dirname, "fixtures", "first-contract-agent");

const pluginsDir = mkdtempSync(join(tmpdir(), "loong-first-contract-"));
afterAll(() => rmSync(pluginsDir, { recursive: true, force: true }));
installInto(pluginsDir);

const { plugins, failures } = await discoverPlugins({ paths: { pluginsDir }, extraPaths: [], bundled: [] });
const found = createPluginSet(plugins, failures);
const loading = { cacheDir: join(pluginsDir, "cache") };
const lantern = (await loadPlugin(found.channel("lamp"), loading)) as ChannelPlugin<LanternAccount>;
const wick = (await loadPlugin(found.agent("wick"), loading)) as AgentPlugin<WickSettings>;

interface LanternAccount {
  readonly url: string;
  readonly token: string;
  readonly mode: "poll" | "webhook";
  readonly webhookPath: string;
}

interface WickSettings {
  readonly wick: { readonly key: string };
}

function installInto(directory: string): void {
  cpSync(CHANNEL, join(directory, "node_modules", "@acme", "lantern"), { recursive: true });
  cpSync(AGENT, join(directory, "node_modules", "@acme", "wick"), { recursive: true });
}

/** The range says what it was built with and stays; everything else must be what today's sdk makes of the code. */
function manifestNow(directory: string): Manifest {
  const { loong } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as { loong: Manifest };
  return { ...loong, contract: CONTRACT_RANGE };
}

async function harness(mode: LanternAccount["mode"]): Promise<ChannelHarness<LanternAccount>> {
  const { url, platform, close } = await startLantern();
  const account = { url, token: LANTERN_TOKEN, mode, webhookPath: "/lantern/events" };
  return {
    account,
    wrongAccount: { ...account, token: "lantern-token-wrong" },
    target: "room-7",
    wrongTarget: "room-99",
    platform,
    close,
  };
}

for (const mode of ["poll", "webhook"] as const) {
  channelConformance({
    plugin: lantern,
    manifest: manifestNow(CHANNEL),
    title: `of the first contract (${mode})`,
    harness: () => harness(mode),
  });
}

const NOTHING_BEHIND = "no provider stands behind it";

agentConformance({
  plugin: wick,
  manifest: manifestNow(AGENT),
  title: "of the first contract",
  harness: async () => ({
    settings: { wick: { key: "wick-key-1" } },
    wrongSettings: { wick: { key: "another-key" } },
    close: async () => {},
  }),
  skips: {
    input: NOTHING_BEHIND,
    history: NOTHING_BEHIND,
    abort: "it has answered before it can be aborted",
    "rate-limited": NOTHING_BEHIND,
    "server-error": NOTHING_BEHIND,
    "cut-short": NOTHING_BEHIND,
  },
});

test("the fixtures are what they were: never change them, add others", () => {
  expect(digestOf(CHANNEL)).toBe("ab8b854b0a31083c8c00d2f19d4a7e302ba7d2ff8ecda3fef68cf0d5f161e540");
  expect(digestOf(AGENT)).toBe("e1fbb2a65f7958d74feef5e76a4dfc4fba8d63c37e1322dc4361141a7b660870");
});

function digestOf(directory: string): string {
  const hash = createHash("sha256");
  for (const file of globSync("**/*.{js,json}", { cwd: directory }).toSorted()) {
    hash.update(`${file}\n`).update(readFileSync(join(directory, file)));
  }
  return hash.digest("hex");
}

test("abilities that the suite has no case for answer as they did", async () => {
  const { account, platform, close } = await harness("poll");
  onTestFinished(close);
  const dataDir = tempDir();
  const channel = lantern.open(account, hostWith(dataDir));
  onTestFinished(() => channel.close());
  const signal = AbortSignal.timeout(8_000);
  const say = (content: Parameters<typeof channel.send>[0]["content"], key: string) =>
    channel.send({ idempotencyKey: key, to: "room-7", content }, signal);

  const { messageId } = await say({ type: "text", text: "before" }, "k1");
  const at = { conversationId: "room-7", messageId };
  await channel.edit?.edit(
    at,
    { idempotencyKey: "k2", to: "room-7", content: { type: "text", text: "after" } },
    signal,
  );
  expect(await platform.sentMessages()).toMatchObject([{ messageId, text: "after" }]);

  const reaction = await channel.reactions?.add(at, "👍", signal);
  expect(reaction).toBe("👍");
  await channel.reactions?.remove(at, reaction ?? "", signal);

  expect(channel.media?.inbound).toEqual(["file"]);
  const fetched = await channel.media?.fetch(at, "f1", { kind: "file", directory: dataDir, maxBytes: 1_000 }, signal);
  expect(fetched).toEqual({ path: join(dataDir, "lantern-file"), mimeType: "text/plain", sizeBytes: 7 });

  expect(await say({ type: "card", card: {}, fallbackText: "in words" }, "k3")).toMatchObject({
    degraded: "Lantern shows no cards",
  });
  expect(await channel.probe(signal)).toMatchObject({ notices: [{ code: "LANTERN_HEARS_MENTIONS" }] });
});

function hostWith(dataDir: string): ChannelHost {
  const silent = () => {};
  return {
    accountId: "default",
    log: { debug: silent, info: silent, warn: silent, error: silent },
    clock: { now: Date.now },
    dataDir,
  };
}

test.for(["inline", "process"])(
  "a gateway of today runs both, the channel %s: what is said is answered",
  async (isolation) => {
    const { url, platform, close } = await startLantern();
    onTestFinished(close);
    const home = createHome(tempDir());
    onTestFinished(() => home.leave());
    installInto(home.paths.pluginsDir);
    writeFileSync(
      join(home.paths.home, "config.yaml"),
      [
        `plugins: { entries: { lantern: { isolation: ${isolation} } } }`,
        "agent: { use: wick }",
        "wick: { key: wick-key-1 }",
        `channels: { lamp: { url: "${url}", token: ${LANTERN_TOKEN}, dmPolicy: open, allowFrom: ["*"], streaming: live } }`,
      ].join("\n"),
      { mode: 0o600 },
    );
    const gateway = home.start();
    await home.status(gateway, ({ surfaces: [surface] }) => surface?.state === "CONNECTED");
    await platform.say("hello");
    await expect
      .poll(() => platform.sentMessages())
      .toMatchObject([{ conversationId: "room-7", text: "hello (0 before)", isUnfinished: false }]);
    await platform.say("again");
    await expect
      .poll(async () => (await platform.sentMessages()).map(({ text }) => text))
      .toEqual(["hello (0 before)", "again (2 before)"]);
  },
);

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type FakeChannel, writeFakeChannel } from "./fake-channel.ts";

/** An empty state directory of one test. */
export async function temporaryHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), "loong-cli-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  return home;
}

/** A state directory whose config names plugin packages with these manifests. */
export async function homeWithChannels(
  channels: readonly FakeChannel[],
  config: { readonly plugins?: object; readonly [section: string]: unknown } = {},
): Promise<string> {
  const home = await temporaryHome();
  const paths: string[] = [];
  for (const channel of channels) paths.push(await writeFakeChannel(join(home, "packages"), channel));
  // They write what they send outside their own folder, which a plugin in a process of its own may not.
  const inline = channels.filter(({ works }) => works === true).map(({ id }) => [id, { isolation: "inline" }]);
  const entries = Object.fromEntries(inline) as Record<string, unknown>;
  const plugins = { entries, ...config.plugins, paths };
  await writeFile(join(home, "config.json"), JSON.stringify({ ...config, plugins }, null, 2));
  return home;
}

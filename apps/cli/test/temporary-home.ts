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
export async function homeWithChannels(channels: readonly FakeChannel[], config: object = {}): Promise<string> {
  const home = await temporaryHome();
  const paths: string[] = [];
  for (const channel of channels) paths.push(await writeFakeChannel(join(home, "packages"), channel));
  await writeFile(join(home, "config.json"), JSON.stringify({ ...config, plugins: { paths } }, null, 2));
  return home;
}

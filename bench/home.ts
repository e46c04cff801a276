import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface ChannelPackage {
  readonly name: string;
  readonly version: string;
  readonly loong: { readonly id: string; readonly kind: string };
}

/** A HOME whose Loong has these channels linked, as `loong plugins install ./extensions/feishu` would have linked them. */
export function makeHome(channels: readonly string[] = ["feishu"]): string {
  const home = mkdtempSync(join(tmpdir(), "loong-bench-"));
  const pluginsDir = join(home, ".loong/plugins");
  mkdirSync(pluginsDir, { recursive: true, mode: 0o700 });
  const plugins = Object.fromEntries(channels.map(linked));
  writeFileSync(join(pluginsDir, "plugins.lock.json"), JSON.stringify({ lockfileVersion: 1, plugins }), {
    mode: 0o600,
  });
  return home;
}

function linked(channel: string): readonly [string, object] {
  const folder = join(import.meta.dirname, "../extensions", channel);
  const { name, version, loong } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as ChannelPackage;
  const { id, kind } = loong;
  const nothing = { integrity: "", seal: "", packageJson: "", capabilities: [] };
  return [name, { id, kind, version, source: "link", spec: folder, folder, ...nothing, installedAtMs: 0 }];
}

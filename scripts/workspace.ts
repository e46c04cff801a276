import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

export const root: string = dirname(import.meta.dirname);

export interface WorkspacePackage {
  readonly directory: string;
  readonly name: string;
  readonly manifest: Readonly<Record<string, unknown>>;
}

/** Every package that is published, in a stable order. */
export function workspacePackages(): readonly WorkspacePackage[] {
  return globSync("{packages,extensions,apps}/*/package.json", { cwd: root })
    .toSorted()
    .map((file) => {
      const manifest = JSON.parse(readFileSync(join(root, file), "utf8")) as Record<string, unknown>;
      return { directory: join(root, dirname(file)), name: String(manifest["name"]), manifest };
    });
}

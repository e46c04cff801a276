import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** What this copy of the command is and what came with it. */
export interface Installation {
  readonly version: string;
  /** Folder of the templates that come with the command. */
  readonly templates: string;
  /** Package folders of the plugins that come with the command. */
  readonly bundled: readonly string[];
  /** Root of the source checkout this command runs from; its extensions are installed without a word. */
  readonly workspaceRoot?: string;
}

const BUNDLED_PLUGINS = ["@loong/agent-echo", "@loong/agent-llm"];

/** @param moduleUrl - `import.meta.url` of a file in `src/` or `dist/`. */
export function readInstallation(moduleUrl: string): Installation {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", moduleUrl), "utf8")) as { version: string };
  const templates = fileURLToPath(new URL("../templates", moduleUrl));
  const workspaceRoot = moduleUrl.endsWith(".ts") ? fileURLToPath(new URL("../../..", moduleUrl)) : undefined;
  if (workspaceRoot !== undefined && existsSync(`${workspaceRoot}/pnpm-workspace.yaml`)) {
    return { version, templates, bundled: [], workspaceRoot };
  }
  return { version, templates, bundled: BUNDLED_PLUGINS.flatMap((name) => packageDirectory(name, moduleUrl)) };
}

/** Finds the package without loading it, by the resolver that is quicker than `import.meta.resolve`. */
function packageDirectory(name: string, moduleUrl: string): string[] {
  try {
    return [dirname(createRequire(moduleUrl).resolve(`${name}/package.json`))];
  } catch {
    return []; // Taken out of the installation by hand: whoever asks for that plugin is told it is missing.
  }
}

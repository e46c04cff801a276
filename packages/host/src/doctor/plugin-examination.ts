import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkCode } from "../install/check-code.ts";
import { verifyInstalled } from "../install/index.ts";
import type { HostOptions } from "../options.ts";
import type { PluginFailure, PluginRecord } from "../plugins/index.ts";
import { readState } from "../state.ts";
import { type Check, fail, failedBy, ok, warn } from "./check.ts";

export interface PluginExaminationOptions extends HostOptions {
  /** Only the plugin of this id, alias or package. */
  readonly only?: string;
}

/**
 * Looks at installed plugins: files as they were installed, contract and main module, and whether the code loads. It is
 * loaded in a process of its own that may write nothing. Never throws for what it finds.
 *
 * @throws PLUGIN_NOT_FOUND when there is no plugin of the name.
 */
export async function examinePlugins(options: PluginExaminationOptions): Promise<readonly Check[]> {
  const { paths, plugins } = await readState(options);
  const { only } = options;
  const id = only === undefined ? undefined : (plugins.find(only)?.manifest.id ?? only);
  const isWanted = (name: string): boolean => id === undefined || name === id;
  const installed = (await verifyInstalled(paths)).filter(({ plugin }) => isWanted(plugin.id));
  const broken = plugins.failures.filter((failure) => isWanted(failure.id ?? failure.packageName));
  const records = plugins.records.filter(({ manifest }) => isWanted(manifest.id));
  if (only !== undefined && installed.length + broken.length + records.length === 0) plugins.plugin(only);
  const breached = new Set(installed.flatMap(({ plugin, problem }) => (problem === undefined ? [] : [plugin.id])));
  const loads: Check[] = [];
  // One after the other: each is a process, and a machine may have many plugins.
  for (const record of records) if (!breached.has(record.manifest.id)) loads.push(...(await examineRecord(record)));
  return [...installed.map(filesCheck), ...broken.map(failureCheck), ...loads];
}

type Verified = Awaited<ReturnType<typeof verifyInstalled>>[number];

function filesCheck({ plugin, problem }: Verified): Check {
  const id = `plugin.${plugin.id}.files`;
  return problem === undefined ? ok(id, filesWord(plugin.source)) : failedBy(id, problem);
}

function filesWord(source: string): string {
  return source === "link" ? "A link: its files are yours to change." : "Every file is as it was installed.";
}

function failureCheck({ id, packageName, severity, message, hint }: PluginFailure): Check {
  return (severity === "error" ? fail : warn)(`plugin.${id ?? packageName}.manifest`, message, hint);
}

/** Contract and main module were checked when it was found. */
async function examineRecord(record: PluginRecord): Promise<readonly Check[]> {
  const { manifest, packageName, version } = record;
  const found = ok(`plugin.${manifest.id}.manifest`, `${packageName} ${version}, contract ${manifest.contract}.`);
  const id = `plugin.${manifest.id}.load`;
  const scratchDir = await mkdtemp(join(tmpdir(), "loong-plugin-check-"));
  try {
    await checkCode(record, { scratchDir, readable: undefined, signal: undefined });
    return [found, ok(id, "Its code loads and is what its package.json says.")];
  } catch (error) {
    return [found, failedBy(id, error)];
  } finally {
    await rm(scratchDir, { recursive: true, force: true });
  }
}

import { type KeyPath, unsetValue } from "@loong/config";
import type { PluginRecord, PluginSource } from "@loong/host/plugins";
import type { LoongError, Manifest } from "@loong/sdk";
import type { Cli } from "../cli-context.ts";
import { cliErrors } from "../errors.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { type Output, printJson, printLine, printNote } from "../output/output.ts";
import { type AgreementOptions, isAgreed, requireAgreement } from "../plugins/agreement.ts";
import { ownKeys, shownKeys } from "../plugins/config-keys.ts";
import { installOptions } from "../plugins/installing.ts";
import { type PickUp, pickUpLines, tellGateway } from "../plugins/pick-up.ts";
import { readState, type State } from "../state.ts";

interface UninstallOptions extends AgreementOptions {
  readonly purgeConfig?: boolean;
}

/** What goes, or would go. */
interface Removal {
  readonly id: string;
  readonly packageName: string;
  readonly version: string;
  readonly outcome: "removed" | "would-remove" | "declined";
  /** Keys of the config file, as they stand there. */
  readonly configRemoved: readonly string[];
  readonly configKept: readonly string[];
  readonly gateway: PickUp;
}

/** Exits 1 when the operator says no. */
export async function uninstall(cli: Cli, options: UninstallOptions, name: string): Promise<ExitCode> {
  requireAgreement(cli, options, `loong plugins uninstall ${name}`);
  const state = await readState(cli, options, { validate: false });
  const removal = await remove(cli, options, state, name);
  if (options.json === true) printJson(cli.output, removal);
  else print(cli.output, removal);
  if (state.config.agent.use === removal.id && removal.outcome === "removed")
    printNote(cli.output, "It was the agent in use: choose another with `loong config set agent.use ID`.");
  return removal.outcome === "declined" ? exitCodes.notHealthy : exitCodes.ok;
}

async function remove(cli: Cli, options: UninstallOptions, state: State, name: string): Promise<Removal> {
  const { uninstallPlugin } = await import("@loong/host/install");
  const { id, packageName, version, manifest } = await findInstalled(state, name);
  const keys = manifest === undefined ? [] : ownKeys(state.config, state.plugins, manifest);
  const shown = shownKeys(state.config, keys);
  const purge = options.purgeConfig === true;
  const facts = { id, packageName, version, configRemoved: purge ? shown : [], configKept: purge ? [] : shown };
  const unchanged = { ...facts, gateway: null };
  if (options.dryRun === true) return { ...unchanged, outcome: "would-remove" };
  if (!(await isAgreed(cli, options, question(facts)))) return { ...unchanged, outcome: "declined" };
  await uninstallPlugin(id, installOptions(cli, options));
  if (purge) await purgeConfig(cli, state, keys);
  return { ...facts, outcome: "removed", gateway: await tellGateway(state.paths) };
}

interface Installed {
  readonly id: string;
  readonly packageName: string;
  readonly version: string;
  /** Absent when its files are gone or broken. */
  readonly manifest?: Manifest;
}

/**
 * By id, alias, or package name: what cannot be read any more must go all the same.
 * @throws PLUGIN_NOT_FOUND, CLI_PLUGIN_NOT_MANAGED
 */
async function findInstalled({ paths, plugins }: State, name: string): Promise<Installed> {
  const { installedPlugins } = await import("@loong/host/install");
  const id = plugins.find(name)?.manifest.id ?? name;
  const installed = (await installedPlugins(paths)).find((plugin) => plugin.id === id || plugin.packageName === name);
  if (installed === undefined) throw notManaged(plugins.plugin(name), paths);
  const { packageName, version } = installed;
  const manifest = plugins.records.find((record) => record.manifest.id === installed.id)?.manifest;
  return { id: installed.id, packageName, version, ...(manifest === undefined ? {} : { manifest }) };
}

function notManaged({ manifest, packageName, source }: PluginRecord, { pluginsDir }: State["paths"]): LoongError {
  const switchOff = `\`loong plugins disable ${manifest.id}\` switches it off.`;
  const remedies: Readonly<Record<PluginSource, string>> = {
    installed: `Remove it as it came: \`npm uninstall --prefix ${pluginsDir} ${packageName}\`.`,
    path: "It is named in plugins.paths: take it out with `loong config set plugins.paths …`.",
    workspace: `It belongs to the source checkout; ${switchOff}`,
    bundled: `It comes with the command; ${switchOff}`,
  };
  return cliErrors.CLI_PLUGIN_NOT_MANAGED([packageName, remedies[source]]);
}

/** The manifests are those from before: they say what the keys mean. */
async function purgeConfig(cli: Cli, { paths, plugins }: State, keys: readonly KeyPath[]): Promise<void> {
  const edit = { paths, env: cli.env, manifests: plugins.manifests(), allowLoss: true };
  for (const key of keys) await unsetValue(edit, key);
}

function question({ packageName, version, configRemoved }: Omit<Removal, "outcome" | "gateway">): string {
  const config = configRemoved.length === 0 ? "" : ` and ${configRemoved.join(", ")} from the config file`;
  return `Remove ${packageName} ${version}${config}?`;
}

function print(output: Output, removal: Removal): void {
  const { packageName, version, outcome, configRemoved, configKept, gateway } = removal;
  if (outcome === "declined") return printNote(output, "Nothing was changed.");
  const [done, kept] = outcome === "removed" ? ["Removed", "Kept"] : ["Would remove", "Would keep"];
  printLine(output, `${done} ${packageName} ${version}.`);
  if (configRemoved.length > 0) printLine(output, `${done} from the config file: ${configRemoved.join(", ")}.`);
  if (configKept.length > 0)
    printLine(output, `${kept} in the config file: ${configKept.join(", ")}. --purge-config removes that too.`);
  for (const line of pickUpLines(gateway)) printLine(output, line);
}

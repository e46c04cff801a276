import type { PreparedInstall } from "@loong/host/install";
import type { Config } from "@loong/config";
import type { Cli } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { printJson, printLine, printNote } from "../output/output.ts";
import { type AgreementOptions, requireAgreement } from "../plugins/agreement.ts";
import { prepare, type SourceOptions } from "../plugins/installing.ts";
import { type PickUp, pickUpLines } from "../plugins/pick-up.ts";
import { settle, type Settled } from "../plugins/settle.ts";
import { readState } from "../state.ts";

interface InstallOptions extends AgreementOptions, SourceOptions {}

/** Exits 1 when the operator says no. */
export async function installPlugin(cli: Cli, options: InstallOptions, spec: string): Promise<ExitCode> {
  requireAgreement(cli, options, `loong plugins install ${spec}`);
  const { config } = await readState(cli, options, { validate: false });
  const prepared = await prepare(cli, options, spec);
  const settled = await settle(cli, options, config, prepared);
  if (options.json === true) printJson(cli.output, settled);
  else print(cli, config, prepared, settled);
  return settled.outcome === "declined" ? exitCodes.notHealthy : exitCodes.ok;
}

function print(cli: Cli, config: Config, { manifest, packageName, version }: PreparedInstall, settled: Settled): void {
  const { output } = cli;
  if (settled.outcome === "declined") printNote(output, "Nothing was changed.");
  if (settled.outcome === "would-install") printLine(output, "It would be installed. Nothing was changed.");
  if (settled.outcome !== "installed") return;
  printLine(output, `Installed ${packageName} ${version}: ${manifest.kind} "${manifest.id}".`);
  printPickUp(cli, settled.gateway);
  const [next] = nextSteps(config, manifest);
  if (next !== undefined) printLine(output, `Next: ${next}`);
}

function printPickUp({ output }: Cli, pickUp: PickUp): void {
  for (const line of pickUpLines(pickUp)) printLine(output, line);
}

function nextSteps(config: Config, manifest: PreparedInstall["manifest"]): readonly string[] {
  const { kind, id } = manifest;
  if (config.plugins.entries[id]?.enabled === false) return [`loong plugins enable ${id}`];
  if (kind === "agent") return config.agent.use === id ? [] : [`loong config set agent.use ${id}`];
  return config.unknownChannels.includes(id) || config.accounts.some(({ channel }) => channel === id)
    ? [`loong channels status --probe --channel ${id}`]
    : [`loong configure --section channels.${id}`];
}

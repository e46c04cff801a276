import { writeFile } from "node:fs/promises";
import type { StatePaths } from "@loong/config";
import { readOwner } from "@loong/host/owner";
import type { EnvironmentNeed, ServiceManager, ServiceSpec } from "@loong/host/service";
import { planStart } from "@loong/host/start";
import type { Cli, GlobalOptions } from "../cli-context.ts";
import { cliErrors } from "../errors.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { hostOptions } from "../host-options.ts";
import { type Output, printLine, printNote } from "../output/output.ts";
import { withProgress } from "../output/progress.ts";

export interface InstallOptions extends GlobalOptions {
  readonly channelAccount?: readonly string[];
  readonly port?: number;
  readonly verbose?: boolean;
  readonly dryRun?: boolean;
  readonly print?: boolean;
  readonly force?: boolean;
}

/** `gateway run` with these flags, as a service of this user. */
export async function installGateway(cli: Cli, options: InstallOptions): Promise<ExitCode> {
  const host = hostOptions(cli, options);
  const { channelAccount: selectors } = options;
  const { config, paths, plugins } = await planStart({ ...host, ...(selectors === undefined ? {} : { selectors }) });
  const service = await import("@loong/host/service");
  const { platform, userId } = cli.self();
  const command = [...cli.self().command, ...runWords(options, paths)] as const;
  const spec = service.serviceSpec({ env: cli.env, paths, command });
  const manager = service.serviceManager(spec.name, { platform, userId, env: cli.env });
  if (options.print === true) {
    cli.output.stdout.write(manager.render(spec));
    return exitCodes.ok;
  }
  const needs = service.environmentNeeds(config, plugins, cli.env, spec.environmentFile);
  if (options.dryRun === true) {
    printSteps(cli.output, manager, spec);
    printNeeds(cli.output, needs, spec);
    return exitCodes.ok;
  }
  await requireFree(cli, manager, paths);
  await makeEnvironmentFile(spec);
  const installing = service.installService(manager, spec, { env: cli.env, force: options.force === true });
  const { file, outcome } = await withProgress(cli.output, "Starting the service…", installing);
  printLine(cli.output, `The service ${spec.name} is ${outcome === "unchanged" ? "as it was" : outcome}: ${file}`);
  printNeeds(cli.output, needs, spec);
  printAfterwards(cli.output, manager);
  return exitCodes.ok;
}

function runWords({ channelAccount = [], port, verbose }: InstallOptions, paths: StatePaths): readonly string[] {
  const { explicitConfigFile: config } = paths;
  return [
    "gateway",
    "run",
    ...(config === undefined ? [] : ["--config", config]),
    ...channelAccount.flatMap((selector) => ["--channel-account", selector]),
    ...(port === undefined ? [] : ["--port", String(port)]),
    ...(verbose === true ? ["--verbose"] : []),
  ];
}

/** A second gateway would only be refused. @throws CLI_GATEWAY_IN_THE_WAY */
async function requireFree(cli: Cli, manager: ServiceManager, paths: StatePaths): Promise<void> {
  const owner = await readOwner(paths);
  if (owner?.running !== true) return;
  const { servicePid } = await import("@loong/host/service");
  if ((await servicePid(manager, cli.env)) !== owner.pid) throw cliErrors.CLI_GATEWAY_IN_THE_WAY([owner.pid]);
}

/** It is made empty and private, so that nobody makes it readable for all. What is there stays. */
async function makeEnvironmentFile({ environmentFile }: ServiceSpec): Promise<void> {
  const text = "# NAME=value, one a line: what the gateway's configuration takes from the environment.\n";
  await writeFile(environmentFile, text, { mode: 0o600, flag: "wx" }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
}

function printSteps(output: Output, manager: ServiceManager, spec: ServiceSpec): void {
  printLine(output, `Would write ${manager.file}:\n`);
  for (const line of manager.render(spec).trimEnd().split("\n")) printLine(output, `  ${line}`);
  printLine(output, "\nWould run:\n");
  for (const line of manager.enable) printLine(output, `  ${line.join(" ")}`);
  printLine(output);
}

function printNeeds(output: Output, needs: readonly EnvironmentNeed[], { environmentFile }: ServiceSpec): void {
  const missing = needs.filter(({ provided }) => !provided).map(({ name }) => name);
  if (needs.length === 0) printLine(output, "The configuration takes nothing from the environment.");
  else printLine(output, `The configuration takes from the environment: ${needs.map(({ name }) => name).join(", ")}.`);
  if (missing.length === 0) return;
  printNote(
    output,
    `A service does not have your shell's environment. Write ${missing.map((name) => `${name}=…`).join(", ")} into ${environmentFile} (mode 600), then: loong gateway restart`,
  );
}

function printAfterwards(output: Output, { kind }: ServiceManager): void {
  printLine(output, "See it with `loong gateway status` and `loong logs -f`.");
  if (kind === "systemd") printNote(output, "To keep it running while you are logged out: loginctl enable-linger");
}

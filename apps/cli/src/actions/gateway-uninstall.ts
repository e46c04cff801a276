import type { Cli, GlobalOptions } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { printLine } from "../output/output.ts";
import { withProgress } from "../output/progress.ts";
import { pathsOf } from "../state.ts";

interface UninstallOptions extends GlobalOptions {
  readonly force?: boolean;
}

/** Configuration, messages and the environment file stay. */
export async function uninstallGateway(cli: Cli, { force = false, ...options }: UninstallOptions): Promise<ExitCode> {
  const { env } = cli;
  const { serviceManager, serviceName, uninstallService } = await import("@loong/host/service");
  const { platform, userId } = cli.self();
  const manager = serviceManager(serviceName(env, pathsOf(cli, options)), { platform, userId, env });
  const removing = uninstallService(manager, { env, force });
  const removed = await withProgress(cli.output, "Stopping the service…", removing);
  printLine(cli.output, removed ? `The service is gone: ${manager.file} was removed.` : "No service is installed.");
  return exitCodes.ok;
}

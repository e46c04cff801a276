import type { StatePaths } from "@loong/config";
import type { ServiceManager } from "@loong/host/service";
import type { Cli } from "./cli-context.ts";

/**
 * The system's service for the gateway of this state directory, when one is installed.
 *
 * @param pid - The gateway that runs: it may be another one, started by hand. Absent: any installed service will do.
 */
export async function installedService(cli: Cli, paths: StatePaths, pid?: number): Promise<ServiceManager | undefined> {
  const { platform, userId } = cli.self();
  if (platform !== "linux" && platform !== "darwin") return undefined;
  const { isInstalled, serviceManager, serviceName, servicePid } = await import("@loong/host/service");
  const manager = serviceManager(serviceName(cli.env, paths), { platform, userId, env: cli.env });
  if (!isInstalled(manager)) return undefined;
  return pid === undefined || (await servicePid(manager, cli.env)) === pid ? manager : undefined;
}

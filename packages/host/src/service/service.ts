import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Env } from "@loong/config";
import { hostErrors } from "../errors.ts";
import type { ServiceManager } from "./manager.ts";
import { runCommand } from "./run-command.ts";
import type { ServiceSpec } from "./spec.ts";
import { MARK } from "./systemd-unit.ts";

export interface InstallReport {
  readonly file: string;
  readonly outcome: "installed" | "replaced" | "unchanged";
}

/**
 * Writes the service's file and starts it. When the manager refuses, the file is as it was before.
 *
 * @param options.force - Also over a file that somebody else wrote.
 * @throws SERVICE_FILE_FOREIGN, SERVICE_MANAGER_MISSING, SERVICE_COMMAND_FAILED
 */
export async function installService(
  manager: ServiceManager,
  spec: ServiceSpec,
  { env, force }: { readonly env: Env; readonly force: boolean },
): Promise<InstallReport> {
  const { file } = manager;
  const before = readService(manager);
  const text = manager.render(spec);
  if (before !== undefined && !force) requireOwnFile(file, before);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: 0o600 });
  try {
    // launchd takes no second file of one name.
    if (before !== undefined && manager.kind === "launchd") await runAll(manager.disable, env).catch(() => undefined);
    await runAll(manager.enable, env);
    if (before !== undefined && before !== text) await runAll(manager.restart, env);
  } catch (error) {
    restore(file, before);
    throw error;
  }
  return { file, outcome: before === undefined ? "installed" : before === text ? "unchanged" : "replaced" };
}

/**
 * Stops the service and removes its file.
 *
 * @returns `false` when there is none.
 * @throws as `installService` does.
 */
export async function uninstallService(
  manager: ServiceManager,
  { env, force }: { readonly env: Env; readonly force: boolean },
): Promise<boolean> {
  const before = readService(manager);
  if (before === undefined) return false;
  if (!force) requireOwnFile(manager.file, before);
  await runAll(manager.disable, env);
  rmSync(manager.file, { force: true });
  await runAll(manager.forget, env);
  return true;
}

export async function restartService(manager: ServiceManager, env: Env): Promise<void> {
  await runAll(manager.restart, env);
}

export async function stopService(manager: ServiceManager, env: Env): Promise<void> {
  await runAll(manager.stop, env);
}

/** The process that the manager runs for this service; `undefined` also where the manager cannot be asked. */
export async function servicePid(manager: ServiceManager, env: Env): Promise<number | undefined> {
  if (!existsSync(manager.file)) return undefined;
  const shown = await runCommand(manager.show, env).catch(() => "");
  return manager.pidIn(shown);
}

export function isInstalled(manager: ServiceManager): boolean {
  return existsSync(manager.file);
}

async function runAll(lines: ServiceManager["enable"], env: Env): Promise<void> {
  for (const line of lines) await runCommand(line, env);
}

function readService({ file }: ServiceManager): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

function requireOwnFile(file: string, text: string): void {
  if (!text.includes(MARK)) throw hostErrors.SERVICE_FILE_FOREIGN([file]);
}

function restore(file: string, before: string | undefined): void {
  if (before === undefined) rmSync(file, { force: true });
  else writeFileSync(file, before, { mode: 0o600 });
}

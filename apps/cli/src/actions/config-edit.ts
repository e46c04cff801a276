import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { open, readFile, realpath, rename, rm } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import {
  asError,
  type Config,
  configFilePath,
  fileFault,
  makeDirectory,
  readConfig,
  rememberGood,
} from "@loong/config";
import type { Cli, GlobalOptions } from "../cli-context.ts";
import { cliErrors } from "../errors.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { printLine, printNote } from "../output/output.ts";
import { problemLines } from "../output/problems.ts";
import { readState, type State } from "../state.ts";

interface EditOptions extends GlobalOptions {
  readonly allowLoss?: boolean;
}

/** What is wrong with a file that an editor can put right. */
const MENDABLE: ReadonlySet<string> = new Set(["CONFIG_PARSE", "CONFIG_EMPTY", "CONFIG_FILE_MISSING"]);

/** Opens a copy in the editor and puts it in the file's place once it is good: the gateway never reads half an edit. */
export async function edit(cli: Cli, options: EditOptions): Promise<ExitCode> {
  const state = await readState(cli, options);
  const fault = fileFault(state.config);
  if (fault !== undefined && !MENDABLE.has(fault.code)) throw asError(fault);
  const editor = editorOf(cli);
  const { path } = await configFilePath(state.paths);
  const target = await realpath(path).catch(() => path);
  const before = await readFile(target, "utf8").catch(() => "");
  const copy = join(dirname(target), `.edit-${randomBytes(4).toString("hex")}${extname(target)}`);
  await writeNew(copy, before);
  await runEditor(cli, editor, copy);
  if ((await readFile(copy, "utf8")) === before) {
    await rm(copy);
    printLine(cli.output, `${path} is unchanged.`);
    return exitCodes.ok;
  }
  const after = await readCopy(cli, state, copy);
  refuse(cli, options, state.config, after, copy);
  await replace(copy, target, before);
  const { config } = await readState(cli, options);
  await rememberGood(config);
  printLine(cli.output, `Changed ${path}.`);
  return exitCodes.ok;
}

function readCopy(cli: Cli, { paths, plugins }: State, copy: string): Promise<Config> {
  return readConfig({ paths: { ...paths, explicitConfigFile: copy }, env: cli.env, manifests: plugins.manifests() });
}

/** @throws CLI_EDIT_REFUSED, CLI_EDIT_LOSES_CHANNEL; the copy stays where it is. */
function refuse(cli: Cli, options: EditOptions, before: Config, after: Config, copy: string): void {
  const errors = after.problems.filter(({ severity }) => severity === "error");
  for (const line of after.problems.flatMap(problemLines)) printNote(cli.output, line);
  if (errors.length > 0) throw cliErrors.CLI_EDIT_REFUSED([errors.length, copy]);
  const kept = channelsOf(after);
  const lost = [...channelsOf(before)].filter((channel) => !kept.has(channel));
  if (lost.length > 0 && options.allowLoss !== true) throw cliErrors.CLI_EDIT_LOSES_CHANNEL([lost, copy]);
}

function channelsOf({ accounts, unknownChannels }: Config): ReadonlySet<string> {
  return new Set([...accounts.map(({ channel }) => channel), ...unknownChannels]);
}

async function writeNew(path: string, text: string): Promise<void> {
  makeDirectory(dirname(path), 0o700);
  await using handle = await open(path, "wx", 0o600);
  await handle.writeFile(text);
}

/** @throws CLI_EDIT_OVERTAKEN when somebody else changed the file meanwhile. */
async function replace(copy: string, target: string, before: string): Promise<void> {
  if ((await readFile(target, "utf8").catch(() => "")) !== before) throw cliErrors.CLI_EDIT_OVERTAKEN([target, copy]);
  const handle = await open(copy, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(copy, target);
}

/** @throws CLI_EDITOR_FAILED when nobody sits before the one that is used where none is named. */
function editorOf({ env, stdin }: Cli): string {
  const editor = env["VISUAL"] || env["EDITOR"] || "";
  if (editor === "" && !stdin.isTTY) throw cliErrors.CLI_EDITOR_FAILED(["vi", "needs a terminal, and this is none"]);
  return editor === "" ? "vi" : editor;
}

/** @throws CLI_EDITOR_FAILED */
async function runEditor(cli: Cli, editor: string, path: string): Promise<void> {
  // As git does it: the variable is a command line, the file its last argument.
  const child = spawn("/bin/sh", ["-c", `${editor} "$1"`, "sh", path], { stdio: "inherit", env: cli.env });
  const fault = await new Promise<string | undefined>((resolve) => {
    child.on("error", (error) => resolve(`could not be started: ${error.message}`));
    child.on("exit", (code) => resolve(code === 0 ? undefined : `ended with ${code ?? "a signal"}`));
  });
  if (fault === undefined) return;
  await rm(path, { force: true });
  throw cliErrors.CLI_EDITOR_FAILED([editor, fault]);
}

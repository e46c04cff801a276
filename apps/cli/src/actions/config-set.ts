import {
  type EditOptions,
  type EditReport,
  type NewValue,
  patchValue,
  requireKeysOnce,
  setValue,
  unsetValue,
} from "@loong/config";
import type { Cli, GlobalOptions, JsonOption } from "../cli-context.ts";
import { readArgument } from "../content.ts";
import { cliErrors } from "../errors.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { type Output, printJson, printLine, printNote } from "../output/output.ts";
import { problemLines } from "../output/problems.ts";
import { pathsOf, readPlugins } from "../state.ts";

interface WriteOptions extends GlobalOptions, JsonOption {
  readonly dryRun?: boolean;
  readonly allowLoss?: boolean;
}
interface SetOptions extends WriteOptions {
  readonly env?: string;
}

export async function set(cli: Cli, options: SetOptions, key: string, text: string | undefined): Promise<ExitCode> {
  const value = newValue(key, text, options.env);
  return report(cli.output, options, await setValue(await editOptions(cli, options), key, value), "Set");
}

export async function unset(cli: Cli, options: WriteOptions, key: string): Promise<ExitCode> {
  return report(cli.output, options, await unsetValue(await editOptions(cli, options), key), "Removed");
}

export async function patch(cli: Cli, options: WriteOptions, given: string): Promise<ExitCode> {
  const json = await readArgument(given);
  const value = parseObject(json);
  await requireKeysOnce(json);
  return report(cli.output, options, await patchValue(await editOptions(cli, options), value), "Changed");
}

function newValue(key: string, text: string | undefined, env: string | undefined): NewValue {
  if ((text === undefined) === (env === undefined)) throw cliErrors.CLI_VALUE_COUNT([key]);
  return text === undefined ? { json: { env } } : { text };
}

function parseObject(json: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw cliErrors.CLI_VALUE_INVALID([(error as SyntaxError).message], { cause: error });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw cliErrors.CLI_VALUE_INVALID(["it is not an object"]);
  return value as Record<string, unknown>;
}

async function editOptions(cli: Cli, options: WriteOptions): Promise<EditOptions> {
  return {
    paths: pathsOf(cli, options),
    env: cli.env,
    manifests: (await readPlugins(cli, options)).manifests(),
    dryRun: options.dryRun === true,
    allowLoss: options.allowLoss === true,
  };
}

function report(output: Output, options: WriteOptions, done: EditReport, verb: string): ExitCode {
  if (options.json === true) printJson(output, { ...done, dryRun: options.dryRun === true });
  else if (!done.changed) printLine(output, `Nothing to change in ${done.file}.`);
  else if (options.dryRun === true) output.stdout.write(done.diff);
  else printLine(output, `${verb} ${done.paths.join(", ")} in ${done.file}${done.created ? " (new)" : ""}.`);
  if (options.json !== true) for (const line of done.problems.flatMap(problemLines)) printNote(output, line);
  return exitCodes.ok;
}

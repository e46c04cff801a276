import type { Cli, GlobalOptions, JsonOption } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { type Output, painter, printJson, printLine, type Tone } from "../output/output.ts";
import { plainText } from "../output/plain-text.ts";
import { tableLines } from "../output/table.ts";
import { listedPlugins, type ListedPlugin } from "../plugins/listing.ts";
import { readState } from "../state.ts";

/** Exits 1 when a plugin is broken, or not as it was installed. */
export async function listPlugins(cli: Cli, options: GlobalOptions & JsonOption): Promise<ExitCode> {
  const plugins = await listedPlugins(await readState(cli, options, { validate: false }));
  if (options.json === true) printJson(cli.output, { plugins });
  else printPlugins(cli.output, plugins);
  return plugins.some(({ state }) => TONES[state] === "bad") ? exitCodes.notHealthy : exitCodes.ok;
}

const TONES: Readonly<Record<ListedPlugin["state"], Tone>> = {
  available: "good",
  loaded: "good",
  disabled: "quiet",
  failed: "bad",
  modified: "bad",
  missing: "bad",
};

const HEAD = ["ID", "KIND", "STATE", "RUNS", "PACKAGE", "VERSION", "SOURCE"];

function printPlugins(output: Output, plugins: readonly ListedPlugin[]): void {
  const paint = painter(output.stdout);
  const rows = plugins.map(({ id, kind, state, isolation, packageName, version, origin }) => [
    plainText(id),
    kind,
    paint(TONES[state], state),
    isolation ?? "",
    plainText(packageName),
    plainText(version),
    origin,
  ]);
  for (const line of tableLines(HEAD, rows)) printLine(output, line);
  for (const plugin of plugins) {
    const { text, hint } = remarkOn(plugin);
    if (text === undefined) continue;
    printLine(output, `${paint("bad", plainText(plugin.packageName))}: ${plainText(text)}`);
    if (hint !== undefined) printLine(output, `  ${plainText(hint)}`);
  }
}

function remarkOn({ id, state, error }: ListedPlugin): { readonly text?: string; readonly hint?: string } {
  if (error !== null) return { text: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  if (state !== "modified" && state !== "missing") return {};
  const text = state === "modified" ? "Its files are not those that were installed." : "Its files are gone.";
  return { text, hint: `See what it is with \`loong plugins doctor ${id}\`, and install it again.` };
}

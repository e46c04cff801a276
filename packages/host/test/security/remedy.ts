import { execFileSync } from "node:child_process";
import { type EditOptions, setValue, unsetValue } from "@loong/config";
import { root } from "../../../../scripts/workspace.ts";
import { discoverPlugins } from "../../src/plugins/discover.ts";
import type { Home } from "./home.ts";

/** What only the operator knows stands in capitals or as `…`. */
const BLANK = /…|\b(?:NAME|PATH|ACCOUNT|PORT)\b/u;

/** The commands that mend it, one after the other; none when they cannot be run as they stand. */
export function remedyIn(mend: string): readonly string[] {
  const found = [...mend.matchAll(/(then )?`((?:chmod|loong config (?:set|unset)) [^`]*)`/gu)];
  // What is not said to come after the first is another way to do it.
  const commands = found.filter(([, then], index) => index === 0 || then !== undefined).map(([, , line = ""]) => line);
  return commands.some((command) => BLANK.test(command)) ? [] : commands;
}

/** Does what the line would do at a prompt. */
export async function run(command: string, home: Home): Promise<void> {
  const [program, ...words] = wordsOf(command);
  if (program === "chmod") execFileSync("chmod", words);
  else await edit(words, home);
}

/** As the shell takes them. */
function wordsOf(line: string): readonly string[] {
  const printed = execFileSync("sh", ["-c", `printf '%s\\0' ${line}`], { encoding: "utf8" });
  return printed.split("\0").slice(0, -1);
}

async function edit([, verb, key = "", value = "", ...rest]: readonly string[], home: Home): Promise<void> {
  const { paths, env } = home;
  const { plugins } = await discoverPlugins({ paths, extraPaths: [], bundled: [], workspaceRoot: root });
  const options: EditOptions = {
    paths,
    env,
    manifests: plugins.map(({ manifest }) => manifest),
    allowLoss: [value, ...rest].includes("--allow-loss"),
  };
  await (verb === "unset" ? unsetValue(options, key) : setValue(options, key, { text: value }));
}

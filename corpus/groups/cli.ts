import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { memoryStream } from "../../apps/cli/test/memory-stream.ts";
import { runCli } from "../../apps/cli/src/cli.ts";
import type { Cli } from "../../apps/cli/src/cli-context.ts";
import { readInstallation } from "../../apps/cli/src/installation.ts";
import type { Bench } from "../bench.ts";
import { createScratch } from "../scratch.ts";

interface Input {
  readonly words: readonly string[];
  readonly config?: string;
  readonly stdin?: string;
}

/** Whatever stands after `loong`, with a home of its own and no gateway. */
export async function openCliBench(): Promise<Bench> {
  const scratch = createScratch();
  return {
    async try(input) {
      const home = scratch.folder();
      const { words, config, stdin = "" } = input as unknown as Input;
      if (config !== undefined) writeFileSync(join(home, "config.yaml"), config, { mode: 0o600 });
      const cli = cliOver(home, stdin);
      const exit = await runCli(cli, words);
      const stderr = cli.output.stderr.text();
      const stdout = cli.output.stdout.text();
      const first = stderr.split("\n")[0] ?? "";
      const is = {
        exit,
        ...codeOf(stdout),
        ...(first === "" ? {} : { stderr: first.replaceAll(home, "~") }),
        ...(exit === 0 || /^(hint:|usage:|Usage:)/m.test(stderr) ? {} : { hint: null }),
      };
      return { is, said: stdout + stderr };
    },
    closes: scratch.removes,
  };
}

/** With `--json` the error is also what the program reads. */
function codeOf(stdout: string): { readonly code?: string } {
  if (!stdout.startsWith("{")) return {};
  const { error } = JSON.parse(stdout) as { error?: { code: string } };
  return error === undefined ? {} : { code: error.code };
}

function cliOver(home: string, stdin: string) {
  const output = { stdout: memoryStream(), stderr: memoryStream() };
  const input = Object.assign(Readable.from([Buffer.from(stdin, "latin1")]), { isTTY: false });
  const installation = readInstallation(new URL("../../apps/cli/src/main.ts", import.meta.url).href);
  return {
    env: { LOONG_HOME: home, HOME: home, NO_COLOR: "1" },
    stdin: input as unknown as Cli["stdin"],
    output,
    installation: () => installation,
    self: () => ({ command: ["node"] as const, platform: "linux" as const, userId: 0 }),
    now: Date.now,
    interrupted: () => new AbortController().signal,
  };
}

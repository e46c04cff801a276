import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Config, readConfig, resolveAccount, statePaths } from "@loong/config";
import { isLoongError, type Manifest } from "@loong/sdk";
import type { Bench } from "../bench.ts";
import type { Json } from "../fixture.ts";
import { createScratch } from "../scratch.ts";

interface Input {
  /** Default `config.yaml`. */
  readonly name?: string;
  /** The file's text, one byte for each character where it is `bytes`; absent: there is no file. */
  readonly text?: string;
  readonly bytes?: string;
  /** Text that was good when it was read before. */
  readonly before?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Other files of the home: their text, or what they are. */
  readonly files?: Readonly<Record<string, string | OddFile>>;
  /** The parser gives up where its stack ends, which is not the same everywhere: places are not compared. */
  readonly anywhere?: true;
  /** Also resolve the secrets of this account: `"feishu/default"`. */
  readonly resolve?: string;
}

type OddFile = { readonly text?: string; readonly mode?: number } & {
  readonly is?: "directory" | "link";
  readonly to?: string;
};

const ROOT = join(import.meta.dirname, "../..");
const MANIFESTS = ["feishu", "telegram", "wecom", "webhook", "http", "agent-llm"];

/** Whatever stands in a config file. */
export async function openConfigBench(): Promise<Bench> {
  const manifests = MANIFESTS.map(manifestOf);
  const scratch = createScratch();
  return {
    async try(input) {
      const home = scratch.folder();
      const said = await read(input as Input, home, manifests);
      return { is: JSON.parse(JSON.stringify(said.is).replaceAll(home, "~")) as Json, said: said.said };
    },
    closes: scratch.removes,
  };
}

function manifestOf(extension: string): Manifest {
  const { loong } = JSON.parse(readFileSync(join(ROOT, "extensions", extension, "package.json"), "utf8")) as {
    loong: Manifest;
  };
  return loong;
}

async function read(
  { name = "config.yaml", text, bytes, before, env = {}, files = {}, anywhere, resolve }: Input,
  home: string,
  manifests: readonly Manifest[],
): Promise<{ readonly is: Json; readonly said: string }> {
  for (const [file, content] of Object.entries(files)) place(join(home, file), content, home);
  const options = { paths: statePaths({ LOONG_HOME: home }), env, manifests };
  if (before !== undefined) {
    const { rememberGood } = await import("@loong/config");
    writeFileSync(join(home, name), before, { mode: 0o600 });
    await rememberGood(await readConfig(options));
  }
  const content = bytes === undefined ? text : Buffer.from(bytes, "latin1");
  if (content !== undefined) writeFileSync(join(home, name), content, { mode: 0o600 });
  const config = await readConfig(options);
  const resolved = resolve === undefined ? {} : { resolved: await resolvedOr(config, resolve) };
  const is = {
    problems: config.problems.map((problem) => (anywhere ? problem.code : shortly(problem))),
    ...lastGood(config),
    ...resolved,
  };
  return { is, said: JSON.stringify(config.problems) + JSON.stringify(resolved) };
}

/** `"CONFIG_TYPE 3:5 gateway.port"`, with the key that was meant where there is one; a warning begins with `warning`. */
function shortly({ severity, code, line, column, path, nearest, hint }: Config["problems"][number]): string {
  const place = line === undefined ? "" : ` ${line}:${column}`;
  const meant = nearest === undefined ? "" : ` → ${nearest}`;
  const words = `${severity === "warning" ? "warning " : ""}${code}${place} ${path ?? ""}${meant}`.trim();
  return hint === "" ? `${words} (no hint)` : words;
}

function lastGood({ file }: Config): { readonly usedLastGood?: true } {
  return file.usedLastGood ? { usedLastGood: true } : {};
}

/** The code of the error, or how many secrets there were. */
async function resolvedOr(config: Config, account: string): Promise<string> {
  const [channel = "", id = ""] = account.split("/");
  try {
    const { secrets } = await resolveAccount(config, channel, id);
    return `${secrets.length} secrets of ${secrets.map(({ length }) => length).join(", ")} characters`;
  } catch (error) {
    if (!isLoongError(error)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

function place(file: string, content: string | OddFile, home: string): void {
  if (typeof content === "string") return writeFileSync(file, content, { mode: 0o600 });
  if (content.is === "directory") return mkdirSync(file);
  if (content.is === "link") return symlinkSync(join(home, content.to ?? ""), file);
  writeFileSync(file, content.text ?? "");
  return chmodSync(file, content.mode ?? 0o600);
}

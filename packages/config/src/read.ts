import type { Manifest } from "@loong/sdk";
import { accountsOf } from "./accounts/accounts.ts";
import { configErrors } from "./errors.ts";
import { readLastGood, lastGoodFile } from "./last-good.ts";
import { type LocatedFile, locateConfig } from "./locate.ts";
import { normalise } from "./normalise.ts";
import type { StatePaths } from "./paths.ts";
import { problemOf, unreadable } from "./problem.ts";
import { type FileSchema, fileSchema } from "./schema/file-schema.ts";
import { sectionsOf } from "./sections.ts";
import { ConfigSource } from "./source/config-source.ts";
import {
  type ConfigDocument,
  emptyDocument,
  isFailure,
  isPlainObject,
  lineStarts,
  parseConfig,
  positionAt,
} from "./source/document.ts";
import { readText } from "./source/read-text.ts";
import type { Config, ConfigProblem, Env } from "./types.ts";
import { accountJudge, type Compiler, sectionProblems } from "./validate/judge.ts";

export interface ReadOptions {
  readonly paths: StatePaths;
  readonly env: Env;
  readonly manifests: readonly Manifest[];
  /** Also check types, ranges and patterns: loads the schema compiler. Default `true`. */
  readonly validate?: boolean;
}

/** A file in one of the formats, or nothing, together with what was wrong with it. */
interface Loaded {
  readonly document: ConfigDocument;
  readonly text: string;
  /** The file the text is of: the config file, or its last good copy. */
  readonly from: string;
  readonly readable: boolean;
  readonly usedLastGood: boolean;
  readonly problems: readonly ConfigProblem[];
}

/**
 * Reads the config file. Never throws for what is in it: a torn file gives its last good copy, an account with a wrong key
 * carries the problem, everything else is there to be used. No file is an empty config.
 */
export async function readConfig(options: ReadOptions): Promise<Config> {
  const file = locateConfig(options.paths);
  const loaded = await load(file, options.paths);
  return interpret(file, loaded, options);
}

/** The config that `text` would be, if it stood in `file`. */
export async function interpretText(file: LocatedFile, text: string, options: ReadOptions): Promise<Config> {
  const parsed = await parseConfig(text, file.format);
  const loaded = isFailure(parsed)
    ? { ...nothing(file.path), problems: [parseProblem(file.path, text, parsed)] }
    : { document: parsed, text, from: file.path, readable: true, usedLastGood: false, problems: [] };
  return interpret(file, loaded, options);
}

async function interpret(file: LocatedFile, loaded: Loaded, options: ReadOptions): Promise<Config> {
  const { paths, env, manifests, validate = true } = options;
  const compile: Compiler = validate ? await loadCompiler() : undefined;
  const schema = fileSchema(manifests);
  const tree = normalise({ file: loaded.from, text: loaded.text, document: loaded.document }, schema);
  const accounts = accountsOf(tree, schema, env, accountJudge(tree, env, compile));
  const problems = [
    ...(file.problem === undefined ? [] : [file.problem]),
    ...loaded.problems,
    ...sectionProblems(tree, schema, compile),
    ...accounts.problems,
    ...once(accounts.judged.flatMap(({ config }) => config.problems)),
  ];
  return {
    file: { path: file.path, format: file.format, exists: file.exists, usedLastGood: loaded.usedLastGood },
    problems,
    ...sectionsOf(tree.value, file.path, env),
    accounts: accounts.judged.map(({ config }) => config),
    unknownChannels: unknownChannels(tree.value["channels"], schema),
    source: new ConfigSource({
      paths,
      env,
      schema,
      tree,
      accounts: accounts.judged,
      text: loaded.readable ? loaded.text : undefined,
    }),
  };
}

async function loadCompiler(): Promise<Compiler> {
  const [{ typeCheck }, { brokenConditions }] = await Promise.all([
    import("./validate/types.ts"),
    import("./validate/conditions.ts"),
  ]);
  return { typeCheck, brokenConditions };
}

async function load(file: LocatedFile, paths: StatePaths): Promise<Loaded> {
  if (!file.exists || file.problem !== undefined) return nothing(file.path);
  const read = readText(file.path);
  if ("missing" in read) return nothing(file.path);
  if ("reason" in read) return fromLastGood(file, paths, unreadable(file.path, read));
  if (read.text.trim() === "") return loadEmpty(file, paths);
  const parsed = await parseConfig(read.text, file.format);
  if (isFailure(parsed)) return fromLastGood(file, paths, parseProblem(file.path, read.text, parsed));
  return { document: parsed, text: read.text, from: file.path, readable: true, usedLastGood: false, problems: [] };
}

/** A file of nothing is a torn one, if there ever was something in it. */
async function loadEmpty(file: LocatedFile, paths: StatePaths): Promise<Loaded> {
  const empty = { ...nothing(file.path), readable: true };
  const loaded = await fromLastGood(
    file,
    paths,
    problemOf(configErrors.CONFIG_EMPTY([]), { file: file.path, line: 1, column: 1 }),
  );
  return loaded.usedLastGood ? loaded : empty;
}

async function fromLastGood(file: LocatedFile, paths: StatePaths, problem: ConfigProblem): Promise<Loaded> {
  const text = await readLastGood(paths, file);
  const parsed = text === undefined ? undefined : await parseConfig(text, file.format);
  if (text === undefined || parsed === undefined || isFailure(parsed))
    return { ...nothing(file.path), problems: [problem] };
  return {
    document: parsed,
    text,
    from: await lastGoodFile(paths, file),
    readable: false,
    usedLastGood: true,
    problems: [problem],
  };
}

function nothing(path: string): Loaded {
  return { document: emptyDocument, text: "", from: path, readable: false, usedLastGood: false, problems: [] };
}

function parseProblem(
  path: string,
  text: string,
  failure: { readonly reason: string; readonly offset: number },
): ConfigProblem {
  return problemOf(configErrors.CONFIG_PARSE([failure.reason]), {
    file: path,
    ...positionAt(lineStarts(text), failure.offset),
  });
}

/** A key of the block that is wrong is wrong for each account; in the list of all problems it stands once. */
function once(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const seen = new Map<string, ConfigProblem>();
  for (const problem of problems) {
    const key = `${problem.code} ${problem.path ?? ""} ${problem.line ?? ""} ${problem.channel ?? ""}`;
    if (!seen.has(key)) seen.set(key, problem);
  }
  return [...seen.values()];
}

function unknownChannels(channels: unknown, schema: FileSchema): readonly string[] {
  return isPlainObject(channels) ? Object.keys(channels).filter((id) => !schema.channels.has(id)) : [];
}

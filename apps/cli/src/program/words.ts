import { type Verb, verbs } from "./verbs.ts";

/** The first two words of a command line that are neither options nor the value of `--config`. */
export function wordsOf(argv: readonly string[]): readonly string[] {
  return wordPlaces(argv).map((place) => argv[place] ?? "");
}

/** Writes out what a bare verb means: `channels --json` becomes `channels list --json`. */
export function expandBareVerb(argv: readonly string[], known: readonly Verb[] = verbs): readonly string[] {
  const [first] = wordPlaces(argv);
  if (first === undefined || argv.some(isHelp)) return argv;
  const bare = known.find((verb) => verb.name === argv[first])?.bare;
  return bare === undefined || isWord(argv[afterConfig(argv, first + 1)]) ? argv : argv.toSpliced(first + 1, 0, bare);
}

/** `help channels status` is `channels status --help`. */
export function expandHelp(argv: readonly string[]): readonly string[] {
  const [first] = wordPlaces(argv);
  return first === undefined || argv[first] !== "help" ? argv : [...argv.toSpliced(first, 1), "--help"];
}

export function withoutHelp(argv: readonly string[]): readonly string[] {
  return argv.filter((word) => !isHelp(word));
}

/** `undefined` when `--config` is not given. */
export function configPathOf(argv: readonly string[]): string | undefined {
  for (const [index, word] of argv.entries()) {
    if (word === "--config") return argv[index + 1];
    if (word.startsWith("--config=")) return word.slice("--config=".length);
  }
  return undefined;
}

function isHelp(word: string): boolean {
  return word === "--help" || word === "-h";
}

function isWord(word: string | undefined): boolean {
  return word !== undefined && !word.startsWith("-");
}

/** The next place that is not `--config` or its value. */
function afterConfig(argv: readonly string[], place: number): number {
  if (argv[place] === "--config") return afterConfig(argv, place + 2);
  return argv[place]?.startsWith("--config=") === true ? afterConfig(argv, place + 1) : place;
}

function wordPlaces(argv: readonly string[]): readonly number[] {
  const places: number[] = [];
  for (let index = 0; index < argv.length && places.length < 2; index++) {
    if (argv[index] === "--config") index += 1;
    else if (isWord(argv[index])) places.push(index);
  }
  return places;
}

import { type Verb, verbs } from "./verbs.ts";

/** The first two words of a command line that are neither options nor the value of `--config`. */
export function wordsOf(argv: readonly string[]): readonly string[] {
  return wordPlaces(argv).map((place) => argv[place] ?? "");
}

/** Writes out what a bare verb means: `channels --json` becomes `channels list --json`. */
export function expandBareVerb(argv: readonly string[], known: readonly Verb[] = verbs): readonly string[] {
  const [first, second] = wordPlaces(argv);
  if (first === undefined || second !== undefined || argv.some((word) => word === "--help" || word === "-h"))
    return argv;
  const bare = known.find((verb) => verb.name === argv[first])?.bare;
  return bare === undefined ? argv : argv.toSpliced(first + 1, 0, bare);
}

/** `undefined` when `--config` is not given. */
export function configPathOf(argv: readonly string[]): string | undefined {
  for (const [index, word] of argv.entries()) {
    if (word === "--config") return argv[index + 1];
    if (word.startsWith("--config=")) return word.slice("--config=".length);
  }
  return undefined;
}

function wordPlaces(argv: readonly string[]): readonly number[] {
  const places: number[] = [];
  for (let index = 0; index < argv.length && places.length < 2; index++) {
    const word = argv[index] ?? "";
    if (word === "--config") index += 1;
    else if (!word.startsWith("-")) places.push(index);
  }
  return places;
}

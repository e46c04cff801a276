/** Where a process can be made to die: a fragment of a source file, and what stands there when the point is planted. */
export interface CrashPoint {
  readonly name: string;
  /** Under the root of the repository. */
  readonly file: string;
  /** Found exactly once in the file. */
  readonly fragment: string;
  /** The fragment with `crash(…)` or `await crashSoon(…)` in it. */
  readonly planted: string;
}

/** Where every event passes that was stored. */
export const STORED = "stored, not acknowledged";

const JOURNAL = "packages/journal/src/sqlite/journal.ts";

/** From the bytes of an event to the record of its answer, in the order in which a message passes them. */
export const POINTS: readonly CrashPoint[] = [
  {
    name: "read, not stored",
    file: JOURNAL,
    fragment: "commit.run(() => accept(tables, batch))",
    planted: '(crash("read, not stored"), commit.run(() => accept(tables, batch)))',
  },
  before("half stored", JOURNAL, "if (batch.cursor !== undefined) tables.cursors.write("),
  {
    name: STORED,
    file: JOURNAL,
    fragment: "commit.run(() => accept(tables, batch))",
    planted: 'commit.run(() => accept(tables, batch)).then((results) => (crash("stored, not acknowledged"), results))',
  },
  {
    // The acknowledgement goes out meanwhile.
    name: "acknowledged, not claimed",
    file: "packages/gateway/src/turn/turns.ts",
    fragment: "current = await claim(row);",
    planted: 'await crashSoon("acknowledged, not claimed"); current = await claim(row);',
  },
  before("agent at work", "packages/gateway/src/turn/ask.ts", "answer += event.delta;"),
  before("answered, not settled", "packages/gateway/src/turn/turns.ts", "await journal.settleTurn({"),
  before("half settled", JOURNAL, "tables.outbox.add(settlement.parts);"),
  before("settled, not handed over", "packages/gateway/src/turn/turns.ts", "delivery.add(parts);"),
  before("sending, no request yet", "packages/gateway/src/delivery/deliver.ts", "const receipt = await call(sending);"),
  before(
    "sent, not recorded",
    "packages/gateway/src/delivery/deliver.ts",
    'return await store({ ...rest, state: "sent", receipt });',
  ),
  {
    name: "half recovered",
    file: JOURNAL,
    fragment: "outbox: tables.outbox.recover(),",
    planted: 'outbox: (crash("half recovered"), tables.outbox.recover()),',
  },
];

function before(name: string, file: string, fragment: string): CrashPoint {
  return { name, file, fragment, planted: `crash(${JSON.stringify(name)}); ${fragment}` };
}

/** The source with its points planted. @throws when a fragment is not there, or not once: the code has changed. */
export function plant(source: string, points: readonly CrashPoint[]): string {
  const places = points.map(({ name, file, fragment }) => {
    const at = source.indexOf(fragment);
    if (at === -1 || source.includes(fragment, at + 1))
      throw new Error(`the crash point "${name}" is not planted: ${file} has not exactly one \`${fragment}\``);
    return fragment;
  });
  return [...new Set(places)].reduce(
    (text, fragment) => text.replace(fragment, () => together(points, fragment)),
    source,
  );
}

/** Two points may stand on either side of one fragment. */
function together(points: readonly CrashPoint[], fragment: string): string {
  return points
    .filter((point) => point.fragment === fragment)
    .reduce((text, { planted }) => text.replace(fragment, () => planted), fragment);
}

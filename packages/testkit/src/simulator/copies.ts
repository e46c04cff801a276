import type { Platform, Shown } from "./platform.ts";
import { nameOfAnswered, nameOfRow, type Result } from "./result.ts";

/** How often these copies had to be said: once, and again for each retry and for each time a stranger was let in. */
export function occasionsIn({ world, rows, parts }: Result): (copies: readonly Shown[]) => number {
  const answered = rows.filter(({ state }) => state !== "denied");
  const seqOf = new Map(answered.map((row) => [nameOfRow(row), row.seq]));
  const partOf = new Map(parts.map((part) => [part.idempotencyKey, part]));
  const { retries } = world.ledger;
  return (copies) => {
    const shown = [...new Set(copies.map(({ key }) => partOf.get(key)))].filter((part) => part !== undefined);
    const ids = new Set(shown.flatMap((part) => [part.id, String(seqOf.get(nameOfAnswered(part)))]));
    const welcomes = shown.filter(({ id }) => id.startsWith("paired-")).length;
    return [...ids].reduce((occasions, id) => occasions + retries(id), Math.max(1, welcomes));
  };
}

/** Copies are what a person in the room would call the same words, whatever key they came with. */
function copiesOf(platform: Platform): ReadonlyMap<string, readonly Shown[]> {
  return Map.groupBy(platform.shown, (one) => JSON.stringify([one.room, one.inReplyTo, one.text]));
}

export function* shownTooOften(platform: Platform, mostFor: (copies: readonly Shown[]) => number): Iterable<string> {
  for (const copies of copiesOf(platform).values()) {
    if (copies.length > mostFor(copies))
      yield `"${copies[0]?.text ?? ""}" was shown ${copies.length} times on ${platform.name}`;
  }
}

export function firstShown(platform: Platform): readonly Shown[] {
  return [...copiesOf(platform).values()].flatMap((copies) => copies.slice(0, 1));
}

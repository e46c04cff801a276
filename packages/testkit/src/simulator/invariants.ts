import type { InboxRow, Journal, OutboxPart } from "@loong/gateway";
import type { Platform, Shown } from "./platform.ts";
import type { World } from "./world.ts";

/** One promise that did not hold: `{ invariant: "I3", detail: "…" }`. */
export interface Violation {
  readonly invariant: string;
  readonly detail: string;
}

interface Evidence {
  readonly world: World;
  readonly rows: readonly InboxRow[];
  readonly parts: readonly OutboxPart[];
}

type Check = (evidence: Evidence) => Iterable<string>;

/** What must hold after every run, by the names used in the docs. */
const checks: Readonly<Record<string, Check>> = {
  "I1 acknowledged is stored": function* ({ world, rows }) {
    const stored = new Set(rows.map((row) => row.event.messageId));
    for (const id of world.acknowledged) if (!stored.has(id)) yield `${id} was acknowledged and is not stored`;
  },
  "I2 one turn per message": function* ({ rows, parts }) {
    const seqs = groupBy(rows, (row) => `${row.channel}/${row.event.messageId}`);
    for (const [id, same] of seqs) if (same.length > 1) yield `${id} is stored ${same.length} times`;
    const answers = groupBy(
      parts.filter((part) => part.kind === "reply" && part.id.endsWith(":0")),
      (part) => `${part.channel}/${part.inReplyTo ?? ""}`,
    );
    for (const [id, same] of answers) if (same.length > 1) yield `${id} has ${same.length} answers`;
  },
  "I3 keyed parts show once": function* ({ world }) {
    for (const platform of world.platforms) {
      if (platform.keyed) yield* shownTooOften(platform, () => 1);
    }
  },
  "I4 un-keyed parts show twice at most, and only after a fault": function* ({ world }) {
    for (const platform of world.platforms) {
      if (!platform.keyed)
        yield* shownTooOften(platform, (copies) => (copies.some((copy) => world.disturbed.has(copy.key)) ? 2 : 1));
    }
  },
  "I5 order is kept in a room": function* ({ world, rows, parts }) {
    const seqOf = new Map(rows.map((row) => [`${row.channel}/${row.event.messageId}`, row.seq]));
    const partOf = new Map(parts.map((part) => [part.idempotencyKey, part]));
    for (const platform of world.platforms) {
      for (const [room, shown] of groupBy(firstShown(platform), (one) => one.room)) {
        yield* outOfOrder(room, shown, (one) => placeOf(partOf.get(one.key), seqOf));
      }
    }
  },
  "I6 strangers get one prompt and no turn": function* ({ world }) {
    for (const text of world.asked) if (text.startsWith("stranger")) yield `${text} reached the agent`;
    for (const platform of world.platforms) {
      const rooms = groupBy(
        firstShown(platform).filter((one) => one.room.startsWith("dm-")),
        (one) => one.room,
      );
      for (const [room, shown] of rooms) if (shown.length > 1) yield `${room} got ${shown.length} prompts`;
    }
  },
  "I7 sent is shown": function* ({ world, parts }) {
    const keys = new Set(world.platforms.flatMap((platform) => platform.shown.map((one) => one.key)));
    for (const part of parts) {
      if (part.state === "sent" && !keys.has(part.idempotencyKey)) yield `${part.id} says sent and nobody saw it`;
    }
  },
  "I8 everything comes to rest": function* ({ rows, parts }) {
    for (const row of rows)
      if (row.state === "new" || row.state === "running") yield `message ${row.event.messageId} is still ${row.state}`;
    for (const part of parts)
      if (part.state === "pending" || part.state === "sending") yield `part ${part.id} is still ${part.state}`;
  },
  "I9 every message is heard, and answered or accounted for": function* ({ world, rows, parts }) {
    const byMessage = new Map(rows.map((row) => [`${row.channel}/${row.event.messageId}`, row]));
    for (const platform of world.platforms) {
      for (const event of platform.events) {
        const row = byMessage.get(`${platform.name}/${event.messageId}`);
        if (row === undefined) yield `${event.messageId} was never taken`;
        else if (row.state === "done" && !parts.some((part) => part.id === `${row.seq}:0`))
          yield `${event.messageId} is done without an answer`;
      }
    }
  },
  "I10 no preview is left behind, but where a fault hit its opening": function* ({ world }) {
    for (const platform of world.platforms) {
      for (const [preview, key] of platform.previews.open) {
        if (!world.disturbed.has(key)) yield `${preview} is still shown on ${platform.name}`;
      }
    }
  },
};

/** Every promise of the run that was broken. */
export async function violations(world: World, journal: Journal): Promise<readonly Violation[]> {
  const limit = Number.MAX_SAFE_INTEGER;
  const rows = await journal.list({ box: "inbox", limit });
  const parts = await journal.list({ box: "outbox", limit });
  return Object.entries(checks).flatMap(([invariant, check]) =>
    [...check({ world, rows, parts })].map((detail) => ({ invariant, detail })),
  );
}

/** Copies are what a person in the room would call the same words, whatever key they came with. */
function copiesOf(platform: Platform): ReadonlyMap<string, readonly Shown[]> {
  return groupBy(platform.shown, (one) => JSON.stringify([one.room, one.inReplyTo, one.text]));
}

function* shownTooOften(platform: Platform, mostFor: (copies: readonly Shown[]) => number): Iterable<string> {
  for (const copies of copiesOf(platform).values()) {
    if (copies.length > mostFor(copies))
      yield `"${copies[0]?.text ?? ""}" was shown ${copies.length} times on ${platform.name}`;
  }
}

function firstShown(platform: Platform): readonly Shown[] {
  return [...copiesOf(platform).values()].flatMap((copies) => copies.slice(0, 1));
}

/** Where a part belongs in its room: after every part of the messages before it. Prompts stand outside the order. */
function placeOf(part: OutboxPart | undefined, seqOf: ReadonlyMap<string, number>): number | undefined {
  const seq = seqOf.get(`${part?.channel ?? ""}/${part?.inReplyTo ?? ""}`);
  if (part === undefined || seq === undefined || part.id.startsWith("pair-")) return undefined;
  return seq * 1_000 + Number(part.id.split(":")[1]);
}

function* outOfOrder(
  room: string,
  shown: readonly Shown[],
  place: (one: Shown) => number | undefined,
): Iterable<string> {
  let last = -1;
  for (const one of shown) {
    const mine = place(one);
    if (mine === undefined) continue;
    if (mine < last) yield `"${one.text}" came too late in ${room}`;
    last = Math.max(last, mine);
  }
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

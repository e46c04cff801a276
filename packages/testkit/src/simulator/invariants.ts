import type { InboxRow, Journal, Load, OutboxPart } from "@loong/gateway";
import type { TranscriptEntry } from "@loong/sdk";
import { nameOf, type Platform, type Shown } from "./platform.ts";
import { ACCOUNT } from "./process.ts";
import type { World } from "./world.ts";

/** One promise that did not hold: `{ invariant: "I3 keyed parts show once", detail: "…" }`. */
export interface Violation {
  readonly invariant: string;
  readonly detail: string;
}

export interface Standing {
  readonly load: Load;
  readonly openTimers: number;
}

/** A run that is over: what happened in it, and what is stored. */
interface Result {
  readonly world: World;
  readonly rows: readonly InboxRow[];
  readonly parts: readonly OutboxPart[];
  readonly transcripts: ReadonlyMap<string, readonly TranscriptEntry[]>;
  /** How far the polled platform was told that its events are safe. */
  readonly cursor: number;
  /** What the process that lives at the end says of itself. */
  readonly last: Standing | undefined;
}

const HOUR_MS = 3_600_000;

type Check = (result: Result) => Iterable<string>;

/**
 * What must hold after every run, by the names used in the docs. I10, that no tool has its effect twice, waits for agents
 * that have tools; I13, that the same seed gives the same trace, takes two runs and is checked by the campaign.
 */
const checks: Readonly<Record<string, Check>> = {
  "I1 acknowledged is stored": function* ({ world, rows, cursor }) {
    const stored = new Set(rows.map((row) => `${row.channel}/${row.event.messageId}`));
    const polled = world.platforms.filter(({ keyed }) => !keyed);
    const passed = polled.flatMap((one) => one.events.slice(0, cursor).map((event) => nameOf(one, event)));
    for (const name of new Set([...world.evidence.acknowledged, ...passed]))
      if (!stored.has(name)) yield `${name} was acknowledged and is not stored`;
  },
  "I2 one turn per message": function* ({ rows, parts, transcripts }) {
    const seqs = groupBy(rows, (row) => `${row.channel}/${row.event.messageId}`);
    for (const [id, same] of seqs) if (same.length > 1) yield `${id} is stored ${same.length} times`;
    const replies = groupBy(
      parts.filter(({ kind }) => kind === "reply"),
      (part) => `${part.channel}/${part.inReplyTo ?? ""}`,
    );
    for (const [id, same] of replies) {
      const beginnings = same.filter(({ content }) => saysIn(content, "answer to ")).length;
      if (beginnings > 1) yield `${id} has ${beginnings} answers`;
    }
    for (const [lane, entries] of transcripts) {
      const asked = groupBy(
        entries.filter(({ role }) => role === "user"),
        ({ text }) => text,
      );
      for (const [text, same] of asked) if (same.length > 1) yield `${lane} remembers "${text}" ${same.length} times`;
    }
  },
  "I3 keyed parts show once": function* ({ world }) {
    for (const platform of world.platforms) {
      if (platform.keyed) yield* shownTooOften(platform, () => 1);
    }
  },
  "I4 un-keyed parts show twice at most, and only after a fault": function* ({ world, parts }) {
    const proactive = new Set(parts.filter(({ kind }) => kind === "proactive").map((part) => part.idempotencyKey));
    const isDisturbed = ({ key }: Shown) => world.evidence.disturbed.has(key);
    const mostFor = (copies: readonly Shown[]) =>
      copies.some(isDisturbed) && !copies.some(({ key }) => proactive.has(key)) ? 2 : 1;
    for (const platform of world.platforms) if (!platform.keyed) yield* shownTooOften(platform, mostFor);
    for (const key of world.evidence.halfSent) yield `a process stopped properly while ${key} was under way`;
  },
  "I5 order is kept in a room": function* ({ world, rows, parts }) {
    const answered = rows.filter(({ state }) => state !== "denied");
    const seqOf = new Map(answered.map((row) => [`${row.channel}/${row.event.messageId}`, row.seq]));
    const partOf = new Map(parts.map((part) => [part.idempotencyKey, part]));
    for (const platform of world.platforms) {
      for (const [room, shown] of groupBy(firstShown(platform), (one) => one.room)) {
        yield* outOfOrder(room, shown, (one) => placeOf(partOf.get(one.key), seqOf));
      }
    }
  },
  "I6 strangers get one prompt and no turn": function* ({ world, parts }) {
    const { approved, asked, clockJumps } = world.evidence;
    for (const text of asked) {
      const isLetIn = [...approved].some((stranger) => text.startsWith(`${stranger}-`));
      if (text.startsWith("stranger") && !isLetIn) yield `${text} reached the agent`;
    }
    const prompts = parts
      .filter(({ id }) => id.startsWith("pair-"))
      .toSorted((one, other) => one.createdAtMs - other.createdAtMs);
    for (const [room, same] of groupBy(prompts, ({ to }) => to)) {
      const soon = same.filter(({ createdAtMs }, index) => createdAtMs - (same[index - 1]?.createdAtMs ?? 0) < HOUR_MS);
      // A clock that is set back while no process runs makes an hour come twice.
      if (soon.length > clockJumps) yield `${room} got ${soon.length} prompts too many`;
    }
  },
  "I7 sent is shown": function* ({ world, parts }) {
    const keys = new Set(world.platforms.flatMap((platform) => platform.shown.map((one) => one.key)));
    for (const part of parts) {
      if (part.state === "sent" && !keys.has(part.idempotencyKey)) yield `${part.id} says sent and nobody saw it`;
    }
  },
  "I8 everything comes to rest": function* ({ rows, parts, last }) {
    for (const row of rows) if (isOpen(row.state)) yield `message ${row.event.messageId} is still ${row.state}`;
    for (const part of parts) if (isOpen(part.state)) yield `part ${part.id} is still ${part.state}`;
    if (last === undefined) yield "no process lives any more";
  },
  "I9 every message is heard, and answered or accounted for": function* ({ world, rows, parts, last, transcripts }) {
    const byMessage = new Map(rows.map((row) => [`${row.channel}/${row.event.messageId}`, row]));
    const reset = new Set(rows.filter(({ event }) => event.text === "/new").map(({ lane }) => lane));
    for (const platform of world.platforms) {
      for (const event of platform.events) {
        const row = byMessage.get(nameOf(platform, event));
        if (row === undefined) yield `${event.messageId} was never taken`;
        else yield* unaccounted(row, parts, reset.has(row.lane) ? undefined : (transcripts.get(row.lane) ?? []));
      }
    }
    const recorded = new Set(parts.map((part) => part.idempotencyKey));
    for (const { name, shown } of world.platforms)
      for (const one of shown)
        if (!recorded.has(one.key)) yield `"${one.text}" was shown on ${name} and is not recorded`;
    for (const state of ["dead", "denied"] as const)
      if (last !== undefined && last.load.inbox[state] !== rows.filter((row) => row.state === state).length)
        yield `the status tells ${last.load.inbox[state]} messages that are ${state}`;
  },
  "I11 bounds hold": function* ({ world, last }) {
    yield* world.evidence.overruns;
    if (last === undefined) return;
    const { lanes, runningTurns } = last.load;
    if (lanes > 0 || runningTurns > 0) yield `at rest ${lanes} lanes and ${runningTurns} turns are kept in memory`;
    if (last.openTimers > 0) yield `at rest ${last.openTimers} timers wait`;
  },
  "I12 no secret comes out": function* ({ world, rows, parts }) {
    const { evidence, platforms, secrets } = world;
    const isLeak = (text: string) => secrets.some((secret) => text.includes(secret));
    yield* evidence.leaks;
    for (const { error = "" } of [...rows, ...parts]) if (isLeak(error)) yield `stored: ${error}`;
    for (const { shown } of platforms) for (const { text } of shown) if (isLeak(text)) yield `shown: ${text}`;
  },
  "I14 no preview is left behind, but where a fault hit its opening or its end": function* ({ world, rows, parts }) {
    const { crashes, disturbed, powerLosses } = world.evidence;
    const answers = new Map(parts.map((part) => [part.preview, part.state]));
    const unsaid = [...rows, ...parts].filter(({ state, error }) => !isOpen(state) && error !== undefined);
    const ended = new Set(unsaid.map(({ preview }) => preview));
    // That an answer will not be said is stored first; then the preview is taken away.
    const isExcused = (preview: string, answer = answers.get(preview)) =>
      answer === "unknown" || (crashes + powerLosses > 0 && ended.has(preview) && answer !== "sent");
    for (const platform of world.platforms) {
      for (const [preview, key] of platform.previews.open) {
        if (!disturbed.has(key) && !isExcused(preview)) yield `${preview} is still shown on ${platform.name}`;
      }
    }
  },
};

/** Every promise of the run that was broken. */
export async function violations(
  world: World,
  journal: Journal,
  last: Standing | undefined,
): Promise<readonly Violation[]> {
  const limit = Number.MAX_SAFE_INTEGER;
  const rows = await journal.list({ box: "inbox", limit });
  const parts = await journal.list({ box: "outbox", limit });
  const transcripts = new Map<string, readonly TranscriptEntry[]>();
  for (const { lane } of rows) transcripts.set(lane, await journal.history(lane, limit));
  const cursor = Number((await journal.cursor("polled", ACCOUNT)) ?? "0");
  const result: Result = { world, rows, parts, transcripts, cursor, last };
  return Object.entries(checks).flatMap(([invariant, check]) =>
    [...check(result)].map((detail) => ({ invariant, detail })),
  );
}

function isOpen(state: InboxRow["state"] | OutboxPart["state"]): boolean {
  return state === "new" || state === "running" || state === "pending" || state === "sending";
}

/** A message that ended without its answer, its place in the conversation or the reason for neither. */
function* unaccounted(
  row: InboxRow,
  parts: readonly OutboxPart[],
  transcript: readonly TranscriptEntry[] | undefined,
): Iterable<string> {
  const { error, event, seq, state } = row;
  if (state === "dead" && error === undefined) yield `${event.messageId} is dead and nobody knows why`;
  if (state === "denied" && !event.sender.id.startsWith("stranger") && error !== "too many messages")
    yield `${event.messageId} was denied: ${error ?? ""}`;
  if (state !== "done" || error !== undefined) return;
  if (!parts.some(({ id }) => id === `${seq}:0` || id.startsWith(`b${seq}-`)))
    yield `${event.messageId} is done without an answer`;
  if (event.text.startsWith("/") || transcript === undefined) return;
  if (!transcript.some(({ text }) => text === event.text))
    yield `${event.messageId} is done and the conversation does not remember it`;
}

function saysIn(content: OutboxPart["content"], words: string): boolean {
  return content.type === "markdown" && content.markdown.startsWith(words);
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

/** Where a part belongs in its room. */
interface Place {
  /** After the parts of earlier messages, after the blocks its answer began with, after the parts before it. */
  readonly at: number;
  /** Parts of one text come together. */
  readonly text: string;
}

/** What is said to those who are not answered stands outside the order. */
function placeOf(part: OutboxPart | undefined, seqOf: ReadonlyMap<string, number>): Place | undefined {
  const seq = seqOf.get(`${part?.channel ?? ""}/${part?.inReplyTo ?? ""}`);
  if (part === undefined || seq === undefined) return undefined;
  const [, text = "", block, piece] = /^(b\d+-(\d+)|[^:]*):(\d+)$/.exec(part.id) ?? [];
  return { at: seq * 1_000 + (block === undefined ? 500 : Number(block) * 10) + Number(piece), text };
}

function* outOfOrder(
  room: string,
  shown: readonly Shown[],
  place: (one: Shown) => Place | undefined,
): Iterable<string> {
  let last: Place = { at: -1, text: "" };
  let between: Shown | undefined;
  for (const one of shown) {
    const mine = place(one);
    if (mine === undefined) {
      between = one;
      continue;
    }
    if (mine.at < last.at) yield `"${one.text}" came too late in ${room}`;
    else if (between !== undefined && mine.text === last.text)
      yield `"${between.text}" came between the parts of an answer in ${room}`;
    if (mine.at > last.at) last = mine;
    between = undefined;
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

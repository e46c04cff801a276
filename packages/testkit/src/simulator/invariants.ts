import type { Journal, OutboxPart } from "@loong/gateway";
import { DROPPED, isExplained, overhasty, unaccounted } from "./accounted.ts";
import { firstShown, occasionsIn, shownTooOften } from "./copies.ts";
import { outOfOrder, placeOf } from "./order.ts";
import { nameOf, type Shown } from "./platform.ts";
import { isOpen, nameOfAnswered, nameOfRow, type Result, resultOf, type Standing } from "./result.ts";
import type { World } from "./world.ts";

/** One promise that did not hold: `{ invariant: "I3 keyed parts show once", detail: "…" }`. */
export interface Violation {
  readonly invariant: string;
  readonly detail: string;
}

const HOUR_MS = 3_600_000;

type Check = (result: Result) => Iterable<string>;

/**
 * What must hold after every run, by the names used in the docs. I10, that no tool has its effect twice, waits for agents
 * that have tools; I13, that the same seed gives the same trace, takes two runs and is checked by the campaign.
 */
const checks: Readonly<Record<string, Check>> = {
  "I1 acknowledged is stored": function* ({ world, rows, cursors }) {
    const stored = new Set(rows.map(nameOfRow));
    const passed = [...cursors].flatMap(([one, cursor]) =>
      one.events.slice(0, cursor).map((event) => nameOf(one, event)),
    );
    for (const name of new Set([...world.evidence.acknowledged, ...passed]))
      if (!stored.has(name)) yield `${name} was acknowledged and is not stored`;
  },
  "I2 one turn per message": function* ({ world, rows, parts, transcripts }) {
    const seqs = Map.groupBy(
      // An id that is forgotten may come again, if nobody answers it.
      rows.filter(({ event, state }) => state !== "denied" || event.sentAtMs >= world.archive.forgottenBeforeMs()),
      nameOfRow,
    );
    for (const [id, same] of seqs) if (same.length > 1) yield `${id} is stored ${same.length} times`;
    const replies = Map.groupBy(
      parts.filter(({ kind }) => kind === "reply"),
      nameOfAnswered,
    );
    for (const [id, same] of replies) {
      const beginnings = same.filter(({ content }) => saysIn(content, "answer to ")).length;
      const asked = (seqs.get(id) ?? []).reduce((times, { seq }) => times + world.ledger.retries(String(seq)), 1);
      if (beginnings > asked) yield `${id} has ${beginnings} answers`;
    }
    for (const [lane, entries] of transcripts) {
      const asked = Map.groupBy(
        entries.filter(({ role }) => role === "user"),
        ({ text }) => text,
      );
      for (const [text, same] of asked) if (same.length > 1) yield `${lane} remembers "${text}" ${same.length} times`;
    }
  },
  "I3 keyed parts show once": function* (result) {
    const occasions = occasionsIn(result);
    for (const platform of result.world.platforms) if (platform.keyed) yield* shownTooOften(platform, occasions);
  },
  "I4 un-keyed parts show twice at most, and only after a fault": function* (result) {
    const { world, parts } = result;
    const occasions = occasionsIn(result);
    const proactive = new Set(parts.filter(({ kind }) => kind === "proactive").map((part) => part.idempotencyKey));
    const isDisturbed = ({ key }: Shown) => world.evidence.disturbed.has(key);
    const mostFor = (copies: readonly Shown[]) =>
      (copies.some(isDisturbed) && !copies.some(({ key }) => proactive.has(key)) ? 2 : 1) * occasions(copies);
    for (const platform of world.platforms) if (!platform.keyed) yield* shownTooOften(platform, mostFor);
    for (const key of world.evidence.halfSent) yield `a process stopped properly while ${key} was under way`;
  },
  "I5 order is kept in a room": function* ({ world, rows, parts }) {
    const { retries } = world.ledger;
    // What is said to those who are not answered stands outside the order; what an operator retries comes when it comes.
    const retried = new Set(parts.flatMap(({ id, idempotencyKey }) => (retries(id) > 0 ? [idempotencyKey] : [])));
    const answered = rows.filter(({ seq, state }) => state !== "denied" && retries(String(seq)) === 0);
    const seqOf = new Map(answered.map((row) => [nameOfRow(row), row.seq]));
    const places = parts.flatMap((part) => {
      const seq = seqOf.get(nameOfAnswered(part));
      return seq === undefined ? [] : [[part.idempotencyKey, placeOf(part, seq)] as const];
    });
    const placeByKey = new Map(places);
    for (const platform of world.platforms) {
      for (const [room, shown] of Map.groupBy(firstShown(platform), (one) => one.room)) {
        const unasked = shown.filter(({ key }) => !retried.has(key));
        yield* outOfOrder(room, unasked, ({ key }) => placeByKey.get(key));
      }
    }
  },
  "I6 who may not talk gets one prompt and no turn": function* ({ world, parts }) {
    const { evidence, permissions, platforms } = world;
    const asked = new Set(evidence.asked);
    for (const platform of platforms) {
      for (const event of platform.events) {
        const held = permissions.judgements(nameOf(platform, event));
        if (asked.has(event.text) && held.has("out") && held.size === 1) yield `${event.text} reached the agent`;
      }
    }
    const prompts = parts
      .filter(({ id }) => id.startsWith("pair-"))
      .toSorted((one, other) => one.createdAtMs - other.createdAtMs);
    for (const [place, same] of Map.groupBy(prompts, ({ account, channel, to }) => `${channel}/${account}/${to}`)) {
      const soon = same.filter(({ createdAtMs }, index) => createdAtMs - (same[index - 1]?.createdAtMs ?? 0) < HOUR_MS);
      // A clock that is set back while no process runs makes an hour come twice; the next process does not know of a prompt
      // that was decided. The private room of stranger-1 is dm-1.
      const decisions = permissions.decisions(place.replace("/dm-", "/stranger-"));
      if (soon.length > evidence.clockJumps + decisions) yield `${place} got ${soon.length} prompts too many`;
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
  "I9 every message is heard, and answered or accounted for": function* (result) {
    const { world, rows, parts, last, listed } = result;
    const byMessage = Map.groupBy(rows, nameOfRow);
    for (const platform of world.platforms) {
      for (const event of platform.events) {
        const [row] = byMessage.get(nameOf(platform, event)) ?? [];
        if (row === undefined) yield `${nameOf(platform, event)} was never taken`;
        else yield* unaccounted(row, result);
      }
    }
    const recorded = new Set(parts.map((part) => part.idempotencyKey));
    for (const { name, shown } of world.platforms)
      for (const one of shown)
        if (!recorded.has(one.key)) yield `"${one.text}" was shown on ${name} and is not recorded`;
    for (const state of ["dead", "denied"] as const)
      if (last !== undefined && last.load.inbox[state] !== listed.filter((row) => row.state === state).length)
        yield `the status tells ${last.load.inbox[state]} messages that are ${state}`;
  },
  "I11 bounds hold": function* (result) {
    const { last, world } = result;
    yield* world.evidence.overruns;
    yield* overhasty(result);
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
    // The outcome of what was dropped may have been unknown until then.
    const states = parts.map(({ error, preview, state }) => [preview, error === DROPPED ? "unknown" : state] as const);
    const answers = new Map(states);
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
  "I15 only what has ended and is old enough is forgotten": function* ({ world }) {
    yield* world.archive.wrongs;
  },
  "I16 what is said in one account stays there": function* ({ world, transcripts }) {
    const places = new Map<string, string>(
      world.platforms.flatMap(({ events, name }) =>
        events.map(({ conversation, text }) => [text, `${name}/${conversation.id}`] as const),
      ),
    );
    for (const { name, shown } of world.platforms) {
      for (const { room, text } of shown) {
        const question = /^answer to (\S+)/.exec(text)?.[1];
        if (question !== undefined && places.get(question) !== `${name}/${room}`)
          yield `"${text}" was shown in ${name}/${room}`;
      }
    }
    for (const [lane, entries] of transcripts) {
      const said = new Set(entries.flatMap(({ role, text }) => (role === "user" ? [places.get(text)] : [])));
      if (said.size > 1) yield `${lane} remembers what was said in ${[...said].join(" and ")}`;
    }
  },
  "I17 an operator's word counts": function* ({ world, rows, parts, transcripts, last }) {
    const { chats, revived, unheeded } = world.ledger;
    for (const name of revived) yield `${name} was dropped and tried again`;
    for (const ended of unheeded()) if (!isExplained(ended, rows, parts)) yield `${ended.id} was retried in vain`;
    const welcomed = new Set(
      parts.filter(({ id }) => id.startsWith("paired-")).map(({ account, to }) => `${account}/${to}`),
    );
    // Nobody can be told anything by an account that is gone.
    for (const { account, senderId } of world.evidence.accountLosses > 0 ? [] : (last?.allowed ?? []))
      if (!welcomed.has(`${account}/${senderId.replace("stranger-", "dm-")}`))
        yield `${senderId} was let in and not told`;
    for (const { answer, isWhole, question, session } of chats) {
      const row = rows.find(({ event }) => event.text === question);
      const isKept = (transcripts.get(row?.lane ?? "") ?? []).some(({ text }) => text === answer);
      const isForgotten = row !== undefined && row.event.sentAtMs < world.archive.forgottenBeforeMs();
      if (isWhole && !isKept && !isForgotten)
        yield `the operator read "${answer}" and session ${session} does not remember it`;
    }
  },
};

/** Every promise of the run that was broken. */
export async function violations(
  world: World,
  journal: Journal,
  last: Standing | undefined,
): Promise<readonly Violation[]> {
  const result = await resultOf(world, journal, last);
  return Object.entries(checks).flatMap(([invariant, check]) =>
    [...check(result)].map((detail) => ({ invariant, detail })),
  );
}

function saysIn(content: OutboxPart["content"], words: string): boolean {
  return content.type === "markdown" && content.markdown.startsWith(words);
}

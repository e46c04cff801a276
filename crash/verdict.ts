import type { SoakPlatform, Written } from "../soak/platform.ts";
import type { StoredMessage } from "./stored.ts";

/** One platform after a campaign: each message in exactly one of the first five counts. */
export interface PlatformVerdict {
  readonly channel: string;
  readonly messages: number;
  readonly answered: number;
  /** Hit twice or more while its answer was sent, where the platform has no keys: the operator is told. */
  readonly toldUnknown: number;
  /** Three processes died while its turn ran: given up, and its sender told. */
  readonly givenUp: number;
  /** Written into a connection whose reader was killed, on a platform without receipts. */
  readonly swallowed: number;
  /** The longest that one of these was in the connection before its reader died. */
  readonly swallowedWithinMs: number;
  /** With how far each came: `"m17 of seed 1: pending"`. */
  readonly lost: readonly string[];
  /** Their sends took so long that the gateway gave up waiting, more often than a process died: this machine was too slow. */
  readonly heldUp: number;
  /** Seen twice, after a fault hit the first send. */
  readonly twice: number;
  /** Seen more often than a fault explains: `"m17 of seed 1: 3 times after 1 faults"`. */
  readonly tooOften: readonly string[];
  /** Answered in another order than stored: `"m18 of seed 1 before m17 of seed 1"`. */
  readonly outOfOrder: readonly string[];
}

export interface Evidence {
  /** What was said, in order. */
  readonly said: readonly string[];
  /** What the platform's people have seen, room by room. */
  readonly answers: readonly string[];
  readonly stored: ReadonlyMap<string, StoredMessage>;
  /** How many processes died while an answer was being sent, by the message's number. */
  readonly hits: ReadonlyMap<number, number>;
  /** When each process died, in order. */
  readonly endsAtMs: readonly number[];
}

/** Nobody is too busy to read for longer than this. */
const UNREAD_MS = 5_000;

export function judge(
  platform: Pick<SoakPlatform, "channel" | "mostCopies" | "written">,
  { said, answers, stored, hits, endsAtMs }: Evidence,
): PlatformVerdict {
  const copies = new Map<string, number>();
  for (const text of answers) copies.set(text, (copies.get(text) ?? 0) + 1);
  const seen = (text: string) => copies.get(text) ?? 0;
  const kills = (text: string) => hits.get(stored.get(text)?.seq ?? 0) ?? 0;
  const hitsOf = (text: string) => Math.max(kills(text), stored.get(text)?.ambiguous ?? 0);

  const unread = unreadAtEnds(platform.written(), stored, endsAtMs);

  const fates = said.map((text) => {
    const row = stored.get(text);
    if (seen(text) > 0) return { text, fate: "answered" };
    if (row?.part === "unknown" && platform.mostCopies > 1 && hitsOf(text) > 1) return { text, fate: "told unknown" };
    if (row?.state === "dead" && row.crashes >= 3 && (row.notice === "sent" || row.notice === "unknown"))
      return { text, fate: "given up" };
    if (unread.has(text)) return { text, fate: "swallowed" };
    return { text, fate: "lost" };
  });
  const count = (wanted: string) => fates.filter(({ fate }) => fate === wanted).length;
  const mostFor = (text: string) => (hitsOf(text) > 0 ? platform.mostCopies : 1);
  return {
    channel: platform.channel,
    messages: said.length,
    answered: count("answered"),
    toldUnknown: count("told unknown"),
    givenUp: count("given up"),
    swallowed: count("swallowed"),
    swallowedWithinMs: Math.max(0, ...unread.values()),
    lost: fates.flatMap(({ text, fate }) => (fate === "lost" ? [`${text}: ${standing(stored.get(text))}`] : [])),
    heldUp: said.filter((text) => hitsOf(text) > kills(text)).length,
    twice: said.filter((text) => seen(text) === 2 && mostFor(text) > 1).length,
    tooOften: said
      .filter((text) => seen(text) > mostFor(text))
      .map((text) => `${text}: ${seen(text)} times after ${hitsOf(text)} faults`),
    outOfOrder: disorder(answers, stored),
  };
}

/**
 * Messages that stood in a connection when its reader died, by how long they had. Who has stored what came behind a message
 * had read that one too. The reader of a connection is the process that lived when it was first written into: a plugin's
 * own process can outlive its gateway, and keep the connection, for a moment.
 */
function unreadAtEnds(
  written: ReadonlyMap<string, Written>,
  stored: ReadonlyMap<string, StoredMessage>,
  endsAtMs: readonly number[],
): ReadonlyMap<string, number> {
  const byConnection = Map.groupBy(written, ([, { connection }]) => connection);
  const unread = [...byConnection.values()].flatMap((messages) => {
    const firstAtMs = Math.min(...messages.map(([, { atMs }]) => atMs));
    const endAtMs = endsAtMs.find((atMs) => atMs >= firstAtMs) ?? Infinity;
    const lastReadAtMs = Math.max(0, ...messages.filter(([text]) => stored.has(text)).map(([, { atMs }]) => atMs));
    return messages
      .filter(([text, { atMs }]) => !stored.has(text) && endAtMs - atMs <= UNREAD_MS && atMs >= lastReadAtMs)
      .map(([text, { atMs }]) => [text, Math.max(0, endAtMs - atMs)] as const);
  });
  return new Map(unread);
}

function standing(row: StoredMessage | undefined): string {
  return row === undefined ? "never stored" : (row.part ?? row.state);
}

/**
 * Pairs of neighbours, each seen for the first time, that stand the other way round in the journal. What was told to be
 * unknown may still be on its way, and be seen late.
 */
function disorder(answers: readonly string[], stored: ReadonlyMap<string, StoredMessage>): readonly string[] {
  const last = new Map<string, StoredMessage>();
  const known = [...new Set(answers)].flatMap((text) => stored.get(text) ?? []);
  return known.flatMap((row) => {
    if (row.part === "unknown") return [];
    const before = last.get(row.lane);
    last.set(row.lane, row);
    return before !== undefined && before.seq > row.seq ? [`${before.text} before ${row.text}`] : [];
  });
}

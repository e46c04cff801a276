import type { AllowEntry, InboxRow, Journal, Load, OutboxPart } from "@loong/gateway";
import type { TranscriptEntry } from "@loong/sdk";
import type { Platform } from "./platform.ts";
import type { World } from "./world.ts";

/** What a process says of itself. */
export interface Standing {
  readonly load: Load;
  /** Whom the operator let in. */
  readonly allowed: readonly AllowEntry[];
  readonly openTimers: number;
}

/** A run that is over: what happened in it, and what is stored. */
export interface Result {
  readonly world: World;
  /** Also those that the journal has forgotten, with their words. */
  readonly rows: readonly InboxRow[];
  readonly parts: readonly OutboxPart[];
  /** What the journal itself still lists. */
  readonly listed: readonly InboxRow[];
  readonly transcripts: ReadonlyMap<string, readonly TranscriptEntry[]>;
  /** How far the polled accounts were told that their events are safe. */
  readonly cursors: ReadonlyMap<Platform, number>;
  /** What the process that lives at the end says of itself. */
  readonly last: Standing | undefined;
}

export async function resultOf(world: World, journal: Journal, last: Standing | undefined): Promise<Result> {
  const rows = await world.archive.rows(journal);
  const parts = await world.archive.parts(journal);
  const listed = await journal.list({ box: "inbox", limit: Number.MAX_SAFE_INTEGER });
  const transcripts = new Map<string, readonly TranscriptEntry[]>();
  for (const { lane } of rows) transcripts.set(lane, await journal.history(lane, Number.MAX_SAFE_INTEGER));
  const cursors = new Map<Platform, number>();
  for (const platform of world.platforms.filter(({ keyed }) => !keyed))
    cursors.set(platform, Number((await journal.cursor(platform.channel, platform.account)) ?? "0"));
  return { world, rows, parts, listed, transcripts, cursors, last };
}

export function isOpen(state: InboxRow["state"] | OutboxPart["state"]): boolean {
  return state === "new" || state === "running" || state === "pending" || state === "sending";
}

export function nameOfRow({ account, channel, event }: InboxRow): string {
  return `${channel}/${account}/${event.messageId}`;
}

/** The message that a part answers, by name. */
export function nameOfAnswered({ account, channel, inReplyTo = "" }: OutboxPart): string {
  return `${channel}/${account}/${inReplyTo}`;
}

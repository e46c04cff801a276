import type { InboxRow, Journal, OutboxPart, PruneLimits } from "@loong/gateway";

/** What there ever was: rows and parts as they were before the journal forgot them, or their words. */
export interface Archive {
  /** Prunes `journal` and keeps what it forgets. */
  prune(journal: Journal, limits: PruneLimits): Promise<void>;
  /** What was said before that may be forgotten. */
  forgottenBeforeMs(): number;
  /** What was forgotten and should not have been. */
  readonly wrongs: readonly string[];
  /** What `journal` has, with its words, and what it had: in order of arrival. */
  rows(journal: Journal): Promise<readonly InboxRow[]>;
  parts(journal: Journal): Promise<readonly OutboxPart[]>;
}

export function createArchive(): Archive {
  const rows = new Map<number, InboxRow>();
  const parts = new Map<string, OutboxPart>();
  const wrongs: string[] = [];
  let forgottenBeforeMs = 0;

  const withWords = {
    row: (row: InboxRow): InboxRow => ({ ...row, event: rows.get(row.seq)?.event ?? row.event }),
    part: (part: OutboxPart): OutboxPart => ({ ...part, content: parts.get(part.id)?.content ?? part.content }),
  };

  return {
    wrongs,
    forgottenBeforeMs: () => forgottenBeforeMs,
    async prune(journal, limits) {
      const before = { rows: await allRows(journal), parts: await allParts(journal) };
      await journal.prune(limits);
      forgottenBeforeMs = Math.max(forgottenBeforeMs, limits.deleteBeforeMs);
      const left = {
        rows: new Map((await allRows(journal)).map((row) => [row.seq, row.event.text])),
        parts: new Map((await allParts(journal)).map((part) => [part.id, wordsOf(part)])),
      };
      for (const row of before.rows) {
        const words = left.rows.get(row.seq);
        if (words === row.event.text) continue;
        rows.set(row.seq, withWords.row(row));
        const wrong = tooSoon(row.state, row.receivedAtMs, words === undefined, limits);
        if (wrong !== undefined) wrongs.push(`message ${row.event.messageId} ${wrong}`);
      }
      for (const part of before.parts) {
        const words = left.parts.get(part.id);
        if (words === wordsOf(part)) continue;
        parts.set(part.id, withWords.part(part));
        const wrong = tooSoon(part.state, part.createdAtMs, words === undefined, limits);
        if (wrong !== undefined) wrongs.push(`part ${part.id} ${wrong}`);
      }
    },
    async rows(journal) {
      const known = new Map(rows);
      for (const row of await allRows(journal)) known.set(row.seq, withWords.row(row));
      return [...known.values()].toSorted((one, other) => one.seq - other.seq);
    },
    async parts(journal) {
      const known = new Map(parts);
      for (const part of await allParts(journal)) known.set(part.id, withWords.part(part));
      return [...known.values()];
    },
  };
}

const OPEN: ReadonlySet<string> = new Set(["new", "running", "pending", "sending"]);

function tooSoon(state: string, atMs: number, isGone: boolean, limits: PruneLimits): string | undefined {
  const { deleteBeforeMs, scrubBeforeMs, scrubDeniedBeforeMs = scrubBeforeMs } = limits;
  if (OPEN.has(state)) return `was forgotten while it was ${state}`;
  if (isGone) return atMs < deleteBeforeMs ? undefined : "was forgotten with its id, before its time";
  const untilMs = state === "denied" ? scrubDeniedBeforeMs : scrubBeforeMs;
  return atMs < untilMs ? undefined : "lost its words before its time";
}

function wordsOf({ content }: OutboxPart): string {
  return JSON.stringify(content);
}

function allRows(journal: Journal): Promise<readonly InboxRow[]> {
  return journal.list({ box: "inbox", limit: Number.MAX_SAFE_INTEGER });
}

function allParts(journal: Journal): Promise<readonly OutboxPart[]> {
  return journal.list({ box: "outbox", limit: Number.MAX_SAFE_INTEGER });
}

import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

type PartState = "pending" | "sending" | "sent" | "unknown" | "dead" | "rejected";

/** What the journal says became of one message. */
export interface StoredMessage {
  readonly seq: number;
  readonly lane: string;
  readonly text: string;
  readonly receivedAtMs: number;
  readonly state: "new" | "running" | "done" | "denied" | "dead";
  readonly crashes: number;
  /** How often nobody could know whether the first part of its answer was shown. */
  readonly ambiguous: number;
  /** The first part of its answer. `null`: there is none. */
  readonly part: PartState | null;
  /** The notice that there will be none. */
  readonly notice: PartState | null;
}

/** Looks into the journal of a home from outside, over a connection that cannot write. */
export interface StoredView {
  messages(): readonly StoredMessage[];
  /** Messages whose answer a send is under way for. */
  sending(): readonly number[];
  /** What is not over yet, in both boxes. */
  open(): number;
  /** `"ok"`, or what is wrong with the file. */
  integrity(): string;
}

const MESSAGES = `
  SELECT inbox.seq, inbox.lane, inbox.body, inbox.received_at_ms AS receivedAtMs, inbox.state, inbox.crashes,
    coalesce(outbox.ambiguous, 0) AS ambiguous, outbox.state AS part,
    CASE inbox.state WHEN 'dead' THEN
      (SELECT notice.state FROM outbox AS notice WHERE notice.id GLOB 'n' || inbox.seq || '-*')
    END AS notice
  FROM inbox LEFT JOIN outbox ON outbox.id = inbox.seq || ':0' ORDER BY inbox.seq`;
const SENDING = "SELECT id FROM outbox WHERE state <> 'sent' AND state = 'sending'";
const OPEN = `
  SELECT count(*) AS count FROM inbox WHERE state <> 'done' AND state IN ('new', 'running')
  UNION ALL SELECT count(*) FROM outbox WHERE state <> 'sent' AND state IN ('pending', 'sending')`;

export function viewStored(home: string): StoredView {
  const file = join(home, "state/journal.sqlite");

  function ask(sql: string): readonly unknown[] {
    if (!existsSync(file)) return [];
    const database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
    try {
      // A process may die before it has made its tables.
      const made = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'outbox'").get() !== undefined;
      return made ? database.prepare(sql).all() : [];
    } finally {
      database.close();
    }
  }

  return {
    messages: () =>
      (ask(MESSAGES) as readonly MessageRow[]).map(({ body, ...row }) => ({ ...row, text: textOf(body) })),
    sending: () => (ask(SENDING) as readonly { readonly id: string }[]).map(({ id }) => Number.parseInt(id, 10)),
    open: () => (ask(OPEN) as readonly { readonly count: number }[]).reduce((sum, { count }) => sum + count, 0),
    integrity() {
      const [row] = ask("PRAGMA integrity_check") as readonly { readonly integrity_check: string }[];
      return row?.integrity_check ?? "absent";
    },
  };
}

type MessageRow = Omit<StoredMessage, "text"> & { readonly body: string };

function textOf(body: string): string {
  return (JSON.parse(body) as { text: string }).text;
}

import type { DatabaseSync } from "node:sqlite";
import type { TranscriptEntry } from "@loong/sdk";
import { PRUNE_CHUNK } from "./limits.ts";

export interface Transcripts {
  append(conversationKey: string, entries: readonly TranscriptEntry[]): void;
  /** Oldest first. */
  last(conversationKey: string, limit: number): readonly TranscriptEntry[];
  forget(conversationKey: string): void;
  /** Forgets some old entries. `false` when no older one is left. */
  deleteSome(beforeMs: number): boolean;
}

interface TranscriptRecord {
  readonly role: TranscriptEntry["role"];
  readonly name: string | null;
  readonly text: string;
  readonly at_ms: number;
}

export function createTranscripts(database: DatabaseSync): Transcripts {
  const insert = database.prepare(
    "INSERT INTO transcript (conversation_key, role, name, text, at_ms) VALUES (?, ?, ?, ?, ?)",
  );
  const last = database.prepare(
    "SELECT role, name, text, at_ms FROM transcript WHERE conversation_key = ? ORDER BY id DESC LIMIT ?",
  );
  const forget = database.prepare("DELETE FROM transcript WHERE conversation_key = ?");
  // Ids grow with time, so the oldest entries are found without an index of times.
  const deleteOldest = database.prepare(
    "DELETE FROM transcript WHERE id IN (SELECT id FROM transcript ORDER BY id LIMIT ?) AND at_ms < ?",
  );
  return {
    append(conversationKey, entries) {
      for (const { role, name, text, atMs } of entries) insert.run(conversationKey, role, name ?? null, text, atMs);
    },
    last(conversationKey, limit) {
      const records = last.all(conversationKey, Math.max(0, limit)) as unknown as TranscriptRecord[];
      return records.map(entryOf).toReversed();
    },
    forget: (conversationKey) => void forget.run(conversationKey),
    deleteSome: (beforeMs) => Number(deleteOldest.run(PRUNE_CHUNK, beforeMs).changes) > 0,
  };
}

function entryOf({ role, name, text, at_ms: atMs }: TranscriptRecord): TranscriptEntry {
  return { role, ...(name === null ? {} : { name }), text, atMs };
}

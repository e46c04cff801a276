import type { DatabaseSync } from "node:sqlite";

export interface Cursors {
  read(channel: string, account: string): string | undefined;
  write(channel: string, account: string, value: string): void;
}

export function createCursors(database: DatabaseSync): Cursors {
  const read = database.prepare("SELECT value FROM cursor WHERE channel = ? AND account = ?");
  const write = database.prepare("INSERT OR REPLACE INTO cursor VALUES (?, ?, ?)");
  return {
    read: (channel, account) => read.get(channel, account)?.["value"] as string | undefined,
    write: (channel, account, value) => void write.run(channel, account, value),
  };
}

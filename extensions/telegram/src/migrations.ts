/**
 * Groups that became supergroups and live on under another id. A hint, never truth: after a restart the platform tells again,
 * by refusing the old id and naming the new one.
 */
export interface Migrations {
  note(from: string, to: number): void;
  /** The id the chat has now, as far as is known. */
  current(chat: number | string): number | string;
}

export function createMigrations(onNew: (from: string, to: number) => void): Migrations {
  const moved = new Map<string, number>();
  return {
    note(from, to) {
      if (moved.get(from) === to) return;
      moved.set(from, to);
      onNew(from, to);
    },
    current: (chat) => moved.get(String(chat)) ?? chat,
  };
}

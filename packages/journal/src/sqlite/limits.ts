/** Rows that `prune` changes in one commit: few enough that an arriving message does not wait for it. */
export const PRUNE_CHUNK = 200;

/** The error of a row whose body is not what was stored. */
export const DAMAGED = "body damaged";

/** How long a write waits for another process that holds the file locked. */
export const BUSY_TIMEOUT_MS = 2_000;

/**
 * Pages in the log before they move to the file: 16 MB. Ids come in random order, so each commit touches index pages all
 * over the file; four times SQLite's default joins more of those writes (measured at 600,000 rows: 10 % more accepts,
 * half the p99).
 */
export const CHECKPOINT_PAGES = 4_000;

/** A larger file is read whole after the start, not before it: 32 MB take a quarter of a second on a busy machine. */
export const READ_AT_OPEN_BYTES: number = 32 * 1024 * 1024;

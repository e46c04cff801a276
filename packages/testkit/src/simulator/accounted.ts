import type { InboxRow, OutboxPart } from "@loong/gateway";
import type { Ended } from "./ledger.ts";
import { nameOfRow, type Result } from "./result.ts";
import type { World } from "./world.ts";

/** The error of a part that the operator dropped. */
export const DROPPED = "dropped by the operator";

/** A message that ended without its answer, its place in the conversation or the reason for neither. */
export function* unaccounted(row: InboxRow, result: Result): Iterable<string> {
  const { world, rows, parts, transcripts } = result;
  const { error, event, seq, state } = row;
  const name = nameOfRow(row);
  if (state === "dead" && error === undefined) yield `${name} is dead and nobody knows why`;
  if (state === "denied" && !isRightlyDenied(row, world)) yield `${name} was denied: ${error ?? ""}`;
  if (state !== "done" || error !== undefined) return;
  if (!parts.some(({ id }) => id === `${seq}:0` || id.startsWith(`b${seq}-`)))
    yield `${name} is done without an answer`;
  const isForgotten = event.sentAtMs < world.archive.forgottenBeforeMs();
  const isReset = rows.some(({ lane, event: { text } }) => lane === row.lane && text === "/new");
  if (event.text.startsWith("/") || isForgotten || isReset) return;
  if (!(transcripts.get(row.lane) ?? []).some(({ text }) => text === event.text))
    yield `${name} is done and the conversation does not remember it`;
}

function isRightlyDenied(row: InboxRow, { permissions, schedule }: World): boolean {
  // What comes twice at once takes two places until it is known.
  if (row.error === "too many messages")
    return permissions.judged(placeOfSender(row)) > (schedule.limits.messagesPerMinute ?? Infinity);
  if (row.error === "stale") return row.receivedAtMs - row.event.sentAtMs > (schedule.limits.maxEventAgeMs ?? Infinity);
  const held = permissions.judgements(nameOfRow(row));
  return held.has("out") || held.has("unsure");
}

const MINUTE_MS = 60_000;

/**
 * Senders of whom one process took more than it may of what was said in a minute and came in a minute. Ages tell nothing by a
 * clock that jumps.
 */
export function* overhasty({ rows, world: { evidence, schedule } }: Result): Iterable<string> {
  const { messagesPerMinute: most = Infinity } = schedule.limits;
  if (evidence.clockJumps > 0) return;
  for (const taken of evidence.taken) {
    const answered = rows.filter((row) => row.state !== "denied" && taken.get(nameOfRow(row)) === row.receivedAtMs);
    for (const [sender, said] of Map.groupBy(answered, placeOfSender)) {
      const saidAtMs = runningMax(said.map((row) => Math.min(row.event.sentAtMs, row.receivedAtMs)));
      const isOverhasty = said.some((row, index) => {
        const earlier = said[index - most];
        if (earlier === undefined || row.receivedAtMs - earlier.receivedAtMs >= MINUTE_MS) return false;
        return (saidAtMs[index] ?? 0) - (saidAtMs[index - most] ?? 0) < MINUTE_MS;
      });
      if (isOverhasty) yield `${sender} was answered more than ${most} times in a minute`;
    }
  }
}

function runningMax(numbers: readonly number[]): readonly number[] {
  let most = -Infinity;
  return numbers.map((one) => (most = Math.max(most, one)));
}

function placeOfSender({ account, channel, event }: InboxRow): string {
  return `${channel}/${account}/${event.sender.id}`;
}

/** A retry that came to nothing, and says why. */
export function isExplained(
  { attempts, id, name }: Ended,
  rows: readonly InboxRow[],
  parts: readonly OutboxPart[],
): boolean {
  const part = parts.find((one) => one.id === id);
  const row = rows.find(({ seq }) => String(seq) === id);
  const { error = "" } = part ?? row ?? {};
  if (error.startsWith("GATEWAY_") || error === DROPPED) return true;
  if (part !== undefined) return part.attempts > attempts;
  // An answer that was begun in blocks may be given up again before the agent is asked, which the room is told.
  const deaths = parts.filter((one) => one.id.startsWith(`n${id}-`));
  return name.startsWith("/") || new Set(deaths.map(({ createdAtMs }) => createdAtMs)).size > 1;
}

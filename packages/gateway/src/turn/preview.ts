import { isLoongError, type PreviewPlace, type StreamFeature } from "@loong/sdk";
import { withDeadline } from "../deadline.ts";
import type { Delivery } from "../delivery/deliver.ts";
import { idempotencyKey } from "../delivery/key.ts";
import { describe } from "../delivery/outcome.ts";
import { gatewayErrors } from "../errors.ts";
import type { InboxRow, Ports, Timer } from "../ports.ts";
import type { Streaming } from "./streaming.ts";

/** An answer that is whole by then is said at once, with no preview before it. */
const OPEN_AFTER_MS = 1_000;
const CALL_TIMEOUT_MS = 10_000;
/** So many failures in a row, and the rest of the answer is not shown before it is said. */
const MAX_FAILURES = 3;

/**
 * Shows the answer in one message that grows: the latest text, at the channel's pace, one call under way. Best effort; a
 * preview that was opened is stored, so that whoever ends this turn ends the preview too.
 */
export function showPreview(
  { clock, journal, log }: Ports,
  feature: StreamFeature,
  row: InboxRow,
  delivery: Pick<Delivery, "isFree">,
): Streaming {
  const { conversation } = row.event;
  const intervalMs = feature.intervalMs[conversation.type];
  let preview = row.preview;
  let wanted = "";
  let shown = "";
  let failures = 0;
  let ended = false;
  let nextAtMs = 0;
  let timer: Timer | undefined;
  let underWay: Promise<void> | undefined;

  function schedule(): void {
    if (ended || underWay !== undefined || timer !== undefined) return;
    if (wanted === shown || wanted.trim() === "" || failures >= MAX_FAILURES) return;
    timer = clock.setTimer(Math.max(0, nextAtMs - clock.now()), () => {
      timer = undefined;
      underWay = step().finally(() => {
        underWay = undefined;
        schedule();
      });
    });
  }

  /** One call. Never rejects. */
  async function step(): Promise<void> {
    const text = wanted;
    nextAtMs = clock.now() + intervalMs;
    // An earlier answer that is still on its way is seen first.
    if (preview === undefined && !delivery.isFree(row.lane)) return;
    try {
      const next = await bounded((signal) =>
        preview === undefined ? feature.open(placeOf(row), text, signal) : feature.update(preview, text, signal),
      );
      shown = text;
      failures = 0;
      if (next !== preview) await keep(next);
    } catch (error) {
      failed(error);
    }
  }

  async function keep(next: string): Promise<void> {
    preview = next;
    await journal.savePreview(row.seq, next);
  }

  /** A conversation that opens no preview is not asked again. */
  function failed(error: unknown): void {
    failures = preview === undefined ? MAX_FAILURES : failures + 1;
    nextAtMs += isLoongError(error) ? (error.retryAfterMs ?? 0) : 0;
    log.debug("an answer could not be shown while it is written", { lane: row.lane, error: describe(error) });
  }

  function bounded<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return withDeadline(clock, CALL_TIMEOUT_MS, () => gatewayErrors.GATEWAY_SEND_TIMEOUT([CALL_TIMEOUT_MS]), work);
  }

  function placeOf({ event, seq }: InboxRow): PreviewPlace {
    const key = idempotencyKey(journal.instanceKey, `${seq}:preview`);
    return { conversation: event.conversation, messageId: event.messageId, idempotencyKey: key };
  }

  return {
    show(answer) {
      if (nextAtMs === 0) nextAtMs = clock.now() + OPEN_AFTER_MS;
      wanted = answer;
      schedule();
    },
    async end() {
      ended = true;
      timer?.cancel();
      await underWay;
      return { saidLength: 0, ...(preview === undefined ? {} : { preview }) };
    },
  };
}

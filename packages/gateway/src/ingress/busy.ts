import type { Delivery } from "../delivery/deliver.ts";
import { describe } from "../delivery/outcome.ts";
import { answerTo, singlePart } from "../delivery/plan.ts";
import { createTold } from "../policy/told.ts";
import type { IngressEntry, OutboxPart, Ports } from "../ports.ts";
import { notices } from "../turn/notices.ts";

const WINDOW_MS = 10 * 60_000;

/**
 * Where the platform delivers nothing again, a full queue is said in the room, since its message may be gone: once in each
 * conversation in ten minutes. Best effort.
 */
export function createBusyNotice(
  { clock, journal, log, random }: Ports,
  delivery: Delivery,
): (channel: string, account: string, refused: readonly IngressEntry[]) => Promise<void> {
  const told = createTold(WINDOW_MS);

  function noticeFor(channel: string, account: string, { event, lane }: IngressEntry): OutboxPart {
    const destination = answerTo({ channel, account, lane, event });
    const base = `busy-${clock.now().toString(36)}-${Math.floor(random() * 2 ** 32).toString(36)}`;
    const content = { type: "markdown", markdown: notices.busy } as const;
    return singlePart(base, "notice", destination, content, journal.instanceKey, clock.now());
  }

  return async (channel, account, refused) => {
    const wanted = refused.filter(({ state }) => state === "new");
    const first = wanted.filter(({ lane }) => told.first([lane], clock.now()));
    const parts = first.map((entry) => noticeFor(channel, account, entry));
    if (parts.length === 0) return;
    try {
      await journal.enqueue(parts);
      delivery.add(parts);
    } catch (error) {
      told.forget(first.map(({ lane }) => lane));
      log.warn("a room could not be told that its message waits", { channel, account, error: describe(error) });
    }
  };
}

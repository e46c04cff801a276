import { describe, test } from "vitest";
import type { JournalDuties, JournalHarness } from "./harness.ts";
import { ingressDuties } from "./ingress-duties.ts";
import { outboxDuties } from "./outbox-duties.ts";
import { recoveryDuties } from "./recovery-duties.ts";
import { turnDuties } from "./turn-duties.ts";

/** Everything the gateway relies on. */
export const journalDuties: JournalDuties = { ...ingressDuties, ...turnDuties, ...outboxDuties, ...recoveryDuties };

/**
 * Checks every duty of a journal, each as a test of its own over a fresh store.
 *
 * @example journalConformance("the SQLite journal", openHarness);
 */
export function journalConformance(name: string, open: () => Promise<JournalHarness>): void {
  describe(`${name} keeps the promises of a journal`, () => {
    // oxlint-disable-next-line vitest/expect-expect -- every duty asserts; awaited bare, its own message is the first
    test.for(Object.entries(journalDuties))("%s", ([, duty]) => checkJournalDuty(duty, open));
  });
}

/** Runs one duty over a store of its own. Rejects when it is broken. */
export async function checkJournalDuty(
  duty: JournalDuties[string],
  open: () => Promise<JournalHarness>,
): Promise<void> {
  const harness = await open();
  try {
    await duty(harness);
  } finally {
    await harness.close();
  }
}

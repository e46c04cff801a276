import type { Plant } from "./planting.ts";

const GATEWAY = "packages/gateway/src";
const MEMORY = "packages/journal/src/memory.ts";

/**
 * Bugs that a gateway like this one could have, most of which some gateway has had. The campaign must catch each by the
 * invariant it breaks; one that escapes means that the simulator is blind, not that the bug is harmless.
 */
export const plants: readonly Plant[] = [
  {
    name: "acknowledges before it stores",
    breaks: "I1",
    where: `${GATEWAY}/ingress/accept.ts`,
    from: `if (waiting === undefined) return arriving.during(wanted, () => journal.accept(batch));`,
    to: `if (waiting === undefined) {
      const handOverLate = (results) => results.forEach(({ duplicate, seq }, index) => {
        if (!duplicate) handOver(batch.channel, batch.account, batch.entries[index], seq, batch.nowMs);
      });
      void journal.accept(batch).then(handOverLate, () => {});
      return batch.entries.map(() => ({ duplicate: true, seq: 0 }));
    }`,
  },
  {
    name: "keeps messages in memory while the disk is full",
    breaks: "I1",
    where: `${GATEWAY}/ingress/accept.ts`,
    from: `arriving.during(wanted, () => journal.accept(batch))`,
    to: `journal.accept(batch).catch(() => batch.entries.map((_, index) => ({ duplicate: false, seq: 1e6 + index })))`,
  },
  {
    name: "moves the cursor in a transaction of its own",
    breaks: "I1",
    where: `${GATEWAY}/ingress/accept.ts`,
    from: `() => journal.accept(batch))`,
    to: `async () => {
      const { cursor, ...rest } = batch;
      if (cursor !== undefined) await journal.accept({ ...batch, entries: [] });
      return journal.accept(rest);
    })`,
  },
  {
    name: "syncs every eighth commit",
    breaks: "I1",
    where: "packages/testkit/src/simulator/disk.ts",
    from: `sync() {
      synced = log.length;`,
    to: `sync() {
      if (log.length % 8 === 0) synced = log.length;`,
  },
  {
    name: "knows after a restart no message of before",
    breaks: "I2",
    where: MEMORY,
    from: `if (row.state === "running") store.inbox.set(`,
    to: `store.seqs.clear();
    if (row.state === "running") store.inbox.set(`,
  },
  {
    name: "remembers the last eight ids, however young",
    breaks: "I2",
    where: MEMORY,
    from: `for (const key of keys) store.seqs.set(key, seq);`,
    to: `for (const key of keys) store.seqs.set(key, seq);
  for (const key of [...store.seqs.keys()].slice(0, -8)) store.seqs.delete(key);`,
  },
  {
    name: "begins an answer again that was begun in blocks",
    breaks: "I2",
    where: `${GATEWAY}/turn/turns.ts`,
    from: `if (!isFirst && (await hasBegunInBlocks(row, facts)))`,
    to: `if (row.attempts + row.crashes > 1 && (await hasBegunInBlocks(row, facts)))`,
  },
  {
    name: "makes a new key for each attempt",
    breaks: "I3",
    where: `${GATEWAY}/delivery/deliver.ts`,
    from: `idempotencyKey: part.idempotencyKey,`,
    to: "idempotencyKey: `${part.idempotencyKey}${part.attempts}`,",
  },
  {
    name: "trusts that a platform remembers a key for ever",
    breaks: "I3",
    where: `${GATEWAY}/delivery/outcome.ts`,
    from: `< facts.idempotencyWindowMs - KEY_MARGIN_MS;`,
    to: `< Infinity;`,
  },
  {
    name: "sends again as often as it does not know",
    breaks: "I4",
    where: `${GATEWAY}/delivery/outcome.ts`,
    from: `part.kind !== "proactive" && part.ambiguous < 2`,
    to: `part.kind !== "proactive"`,
  },
  {
    name: "repeats words that nobody asked for",
    breaks: "I4",
    where: `${GATEWAY}/delivery/outcome.ts`,
    from: `part.kind !== "proactive" && part.ambiguous < 2`,
    to: `part.ambiguous < 2`,
  },
  {
    name: "takes a send that a crash cut short for one that never began",
    breaks: "I4",
    where: MEMORY,
    from: `state: "pending", ambiguous: part.ambiguous + 1`,
    to: `state: "pending"`,
  },
  {
    name: "stops without waiting for its sends",
    breaks: "I4",
    where: `${GATEWAY}/delivery/deliver.ts`,
    from: `while (underWay.size > 0) await Promise.all(underWay);`,
    to: ``,
  },
  {
    name: "answers the latest message first",
    breaks: "I5",
    where: `${GATEWAY}/conversation/lanes.ts`,
    from: `lane.rows.push(row);`,
    to: `lane.rows.splice(lane.running === undefined ? 0 : 1, 0, row);`,
  },
  {
    name: "gives open messages back in the wrong order",
    breaks: "I5",
    where: MEMORY,
    from: `.filter((row) => row.state === "new"),`,
    to: `.filter((row) => row.state === "new").toReversed(),`,
  },
  {
    name: "sends the parts of an answer side by side",
    breaks: "I5",
    where: `${GATEWAY}/delivery/deliver.ts`,
    from: `for (const part of parts) push(part);`,
    to: `for (const part of parts) push({ ...part, lane: part.id });`,
  },
  {
    name: "answers strangers",
    breaks: "I6",
    where: `${GATEWAY}/policy/decide.ts`,
    from: `return paired || access.allowFrom.includes(event.sender.id) ? ANSWER : { verdict: "pair" };`,
    to: `return ANSWER;`,
  },
  {
    name: "prompts a stranger at each message",
    breaks: "I6",
    where: `${GATEWAY}/policy/pairing.ts`,
    from: `if (promptedAtMs.has(keyOf(stranger))) return undefined;`,
    to: ``,
  },
  {
    name: "says sent before it sends",
    breaks: "I7",
    where: `${GATEWAY}/delivery/deliver.ts`,
    from: `const receipt = await call(sending);`,
    to: `await journal.savePart({ ...sending, state: "sent" });
      const receipt = await call(sending);`,
  },
  {
    name: "forgets open parts at a restart",
    breaks: "I8",
    where: MEMORY,
    from: `outbox: [...store.outbox.values()].filter((part) => part.state === "pending"),`,
    to: `outbox: [],`,
  },
  {
    name: "never counts the deaths of a message",
    breaks: "I8",
    where: MEMORY,
    from: `state: "new", crashes: row.crashes + 1`,
    to: `state: "new"`,
  },
  {
    name: "tries a turn as often as it fails",
    breaks: "I8",
    where: `${GATEWAY}/turn/turns.ts`,
    from: `if (mayRetry && row.attempts < MAX_ATTEMPTS) {`,
    to: `if (mayRetry) {`,
  },
  {
    name: "believes a clock that is set back",
    breaks: "I8",
    where: `${GATEWAY}/gateway.ts`,
    from: `clock: steadyClock(given.clock)`,
    to: `clock: given.clock`,
  },
  {
    name: "settles a turn and stores its answer afterwards",
    breaks: "I9",
    where: `${GATEWAY}/turn/turns.ts`,
    from: `parts,
      nowMs,
    });`,
    to: `parts: [],
      nowMs,
    });
    if (parts.length > 0) await journal.enqueue(parts);`,
  },
  {
    name: "forgets what was said when it has answered",
    breaks: "I9",
    where: MEMORY,
    from: `if (transcript.length > 0) {`,
    to: `if (transcript.length > 0 && row.crashes === 0) {`,
  },
  {
    name: "overlooks messages that are being stored",
    breaks: "I11",
    where: `${GATEWAY}/ingress/accept.ts`,
    from: `lanes.depth(lane) + arriving.depth(lane)`,
    to: `lanes.depth(lane)`,
  },
  {
    name: "runs as many turns as there are conversations",
    breaks: "I11",
    where: `${GATEWAY}/conversation/lanes.ts`,
    from: `underWay.size < maxConcurrent`,
    to: `underWay.size < Infinity`,
  },
  {
    name: "keeps a lane that nobody is in",
    breaks: "I11",
    where: `${GATEWAY}/conversation/lanes.ts`,
    from: `if (row === undefined) return void lanes.delete(key);`,
    to: `if (row === undefined) return;`,
  },
  {
    name: "quotes errors that it does not know",
    breaks: "I12",
    where: `${GATEWAY}/delivery/outcome.ts`,
    from: "`unexpected ${error.name}`",
    to: "`unexpected ${error.message}`",
  },
  {
    name: "takes chance from elsewhere",
    breaks: "I13",
    where: `${GATEWAY}/delivery/outcome.ts`,
    from: `return 500 + random() * (cap - 500);`,
    to: `return 500 + Math.random() * (cap - 500);`,
  },
  {
    name: "forgets at a restart what a room shows of an answer",
    breaks: "I14",
    where: MEMORY,
    from: `.filter((row) => row.state === "new"),`,
    to: `.filter((row) => row.state === "new").map(({ preview, ...row }) => row),`,
  },
];

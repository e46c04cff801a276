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
    name: "takes a message for one that another account had",
    breaks: "I1",
    where: MEMORY,
    from: `return [keyOf(channel, account, "event", event.eventId), keyOf(channel, account, "message", event.messageId)];`,
    to: `return [keyOf(channel, "event", event.eventId), keyOf(channel, "message", event.messageId)];`,
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
    name: "forgets ids with the words",
    breaks: "I2",
    where: MEMORY,
    from: `if (row.receivedAtMs < limits.deleteBeforeMs) deleteRow(store, row);`,
    to: `if (row.receivedAtMs < limits.scrubBeforeMs) deleteRow(store, row);`,
  },
  {
    name: "begins an answer again that was begun in blocks",
    breaks: "I2",
    seed: 33,
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
    seed: 29,
    where: `${GATEWAY}/delivery/outcome.ts`,
    from: `< facts.idempotencyWindowMs - KEY_MARGIN_MS;`,
    to: `< Infinity;`,
  },
  {
    name: "sends again as often as it does not know",
    breaks: "I4",
    seed: 27,
    where: `${GATEWAY}/delivery/outcome.ts`,
    from: `part.kind !== "proactive" && part.ambiguous < 2`,
    to: `part.kind !== "proactive"`,
  },
  {
    name: "repeats words that nobody asked for",
    breaks: "I4",
    seed: 77,
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
    name: "lets in on every account who was let in on one",
    breaks: "I6",
    where: `${GATEWAY}/policy/pairing.ts`,
    from: `return JSON.stringify([of.channel, of.account, of.senderId]);`,
    to: `return JSON.stringify([of.channel, of.senderId]);`,
  },
  {
    name: "lets in at the next start who was turned out",
    breaks: "I6",
    seed: 112,
    where: MEMORY,
    from: `use(() => store.allowed.delete(keyOf(`,
    to: `use(() => store.allowed.has(keyOf(`,
  },
  {
    name: "judges by what was configured when the first message came",
    breaks: "I6",
    where: `${GATEWAY}/ingress/accept.ts`,
    from: `const facts = channels.facts(channel, account);`,
    to: "const facts = ((arriving.known ??= {})[`${channel}/${account}`] ??= channels.facts(channel, account));",
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
    seed: 13,
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
    seed: 72,
    where: `${GATEWAY}/gateway.ts`,
    from: `clock: steadyClock(given.clock)`,
    to: `clock: given.clock`,
  },
  {
    name: "leaves an operator's turn open when its end cannot be stored",
    breaks: "I8",
    seed: 32,
    where: `${GATEWAY}/chat.ts`,
    from: `clock.setTimer(STORE_RETRY_MS, () => void settle(ending).catch(() => {}));`,
    to: ``,
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
    seed: 50,
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
    name: "counts what a sender says in each room anew",
    breaks: "I11",
    seed: 31,
    where: `${GATEWAY}/ingress/plan.ts`,
    from: `function senderKey(channel: string, account: string, { sender }: InboundEvent): string {
  return JSON.stringify([channel, account, sender.id]);`,
    to: `function senderKey(channel, account, { conversation, sender }) {
  return JSON.stringify([channel, account, conversation.id, sender.id]);`,
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
    seed: 100,
    where: MEMORY,
    from: `.filter((row) => row.state === "new"),`,
    to: `.filter((row) => row.state === "new").map(({ preview, ...row }) => row),`,
  },
  {
    name: "forgets messages that wait",
    breaks: "I15",
    where: MEMORY,
    from: `if (isOpenInbox(row.state)) continue;`,
    to: ``,
  },
  {
    name: "has one conversation for a room that two accounts are in",
    breaks: "I16",
    where: `${GATEWAY}/conversation/keys.ts`,
    from: "`${channel}/${account}/${conversation.id}`",
    to: "`${channel}/${conversation.id}`",
  },
  {
    name: "answers with the first account of a channel",
    breaks: "I16",
    where: `${GATEWAY}/delivery/deliver.ts`,
    from: `channels.send(part.channel, part.account, message, signal)`,
    to: `channels.send(part.channel, "main", message, signal)`,
  },
  {
    name: "stores an approval before its welcome",
    breaks: "I17",
    seed: 24,
    where: `${GATEWAY}/policy/pairing.ts`,
    from: `await journal.settlePairing(request, allow, welcome);`,
    to: `await journal.settlePairing(request, allow);
      if (welcome !== undefined) await journal.enqueue(welcome);`,
  },
  {
    name: "decides in two windows at once",
    breaks: "I17",
    seed: 23,
    where: `${GATEWAY}/operations.ts`,
    from: `const decided = last.then(decide);`,
    to: `const decided = decide();`,
  },
  {
    name: "retries what it has not stored",
    breaks: "I17",
    seed: 30,
    where: `${GATEWAY}/operations.ts`,
    from: `await journal.savePart(again);
    delivery.add([again]);`,
    to: `delivery.add([again]);`,
  },
  {
    name: "drops a message until the next start",
    breaks: "I17",
    seed: 130,
    where: `${GATEWAY}/operations.ts`,
    from: `state: "dead", error: "dropped by the operator"`,
    to: `state: "pending", ambiguous: 0`,
  },
  {
    name: "does not remember what the operator was told",
    breaks: "I17",
    where: `${GATEWAY}/chat.ts`,
    from: `ending = { state: "done", transcript };`,
    to: `ending = { state: "done", transcript: [] };`,
  },
];

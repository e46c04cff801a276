import type { Journal } from "@loong/gateway";
import { LoongError } from "@loong/sdk";
import type { Disk, Transaction } from "./disk.ts";
import type { Life } from "./life.ts";
import type { World } from "./world.ts";

/** What the journal of one process tells about the sends it records. */
export interface SendLedger {
  /** The outcome of a send, or the name of a preview, is stored: a crash cannot hit it any more. */
  settled(key: string): void;
  /** It could not be stored. */
  refused(key: string): void;
}

/** Commits one after another, each after a short while; some are refused, and around some the process dies. */
export function simulatedJournal(world: World, disk: Disk, journal: Journal, life: Life, ledger: SendLedger): Journal {
  const { dice } = world;
  let last: Promise<unknown> = Promise.resolve();

  function commit<T>(name: string, transaction: Transaction<T>): Promise<T> {
    const mine = last.then(() => attempt(name, transaction));
    last = mine.catch(() => {});
    return life.heard(mine);
  }

  /** A commit that ends what is under way with this key. */
  async function settling(key: string, name: string, transaction: Transaction<void>): Promise<void> {
    try {
      await commit(name, transaction);
      ledger.settled(key);
    } catch (error) {
      ledger.refused(key);
      throw error;
    }
  }

  async function attempt<T>(name: string, transaction: Transaction<T>): Promise<T> {
    await life.sleep(dice.between(0, 3));
    await life.pass("commit", name);
    const fate = world.commitFate();
    if (fate === "refused") {
      world.note(`${name} is refused`);
      throw new LoongError("SIM_DISK_FULL", "no space left", { outcome: "not-sent" });
    }
    if (fate === "dies-before") await life.end("crash");
    const result = await disk.write(journal, transaction);
    if (fate === "loses-power") await life.end("power");
    await life.pass("written", name);
    disk.sync();
    if (fate === "dies-after") await life.end("crash");
    await life.pass("synced", name);
    return result;
  }

  return {
    ...journal,
    prune: (limits) =>
      commit("prune", (on) => {
        const pruned = world.archive.prune(on, limits);
        world.timeline.standStill(pruned);
        return pruned;
      }),
    recover: (nowMs) => commit("recover", (on) => on.recover(nowMs)),
    async accept(batch) {
      const results = await commit("accept", (on) => on.accept(batch));
      await checkBounds(world, journal);
      return results;
    },
    startTurn: (seq, nowMs) => commit(`startTurn ${seq}`, (on) => on.startTurn(seq, nowMs)),
    savePreview: (seq, preview) =>
      settling(preview.replace("preview-", ""), `savePreview ${seq}`, (on) => on.savePreview(seq, preview)),
    settleTurn: (settlement) =>
      commit(`settleTurn ${settlement.seq} ${settlement.state}`, (on) => on.settleTurn(settlement)),
    enqueue: (parts) => commit(`enqueue ${parts[0]?.id ?? ""}`, (on) => on.enqueue(parts)),
    savePart(part) {
      const name = `savePart ${part.id} ${part.state}`;
      const transaction: Transaction<void> = (on) => on.savePart(part);
      return part.state === "sending" ? commit(name, transaction) : settling(part.idempotencyKey, name, transaction);
    },
    settlePairing: (request, ...rest) => commit("settlePairing", (on) => on.settlePairing(request, ...rest)),
    resetConversation: (key, nowMs) => commit("resetConversation", (on) => on.resetConversation(key, nowMs)),
    revoke: (channel, account, senderId) => commit("revoke", (on) => on.revoke(channel, account, senderId)),
    history: (key, limit) => life.heard(journal.history(key, limit)),
    cursor: (channel, account) => life.heard(journal.cursor(channel, account)),
    part: (id) => life.heard(journal.part(id)),
  };
}

/** No queue is ever longer than the operator allowed, but by what they put there themselves. */
async function checkBounds({ evidence, ledger, schedule }: World, journal: Journal): Promise<void> {
  const extra = ledger.allRetries() + ledger.chats.length;
  const maxPendingPerLane = schedule.limits.maxPendingPerLane + extra;
  const maxPendingTotal = schedule.limits.maxPendingTotal + extra;
  const open = await journal.list({ box: "inbox", states: ["new", "running"], limit: Number.MAX_SAFE_INTEGER });
  const depths = new Map<string, number>();
  for (const { lane } of open) depths.set(lane, (depths.get(lane) ?? 0) + 1);
  for (const [lane, depth] of depths)
    if (depth > maxPendingPerLane) evidence.overruns.push(`${depth} messages wait in ${lane}`);
  if (open.length > maxPendingTotal) evidence.overruns.push(`${open.length} messages wait`);
}

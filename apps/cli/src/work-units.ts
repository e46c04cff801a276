import { existsSync } from "node:fs";
import type { GatewayStatus, WorkUnits } from "@loong/api";
import type { StatePaths } from "@loong/config";
import { isLoongError } from "@loong/sdk";

type Counts = Readonly<Record<string, number>>;

const OPEN_TURNS = ["new", "running"];
const FAILED_TURNS = ["dead"];
const OPEN_DELIVERIES = ["pending", "sending"];
const FAILED_DELIVERIES = ["unknown", "dead", "rejected"];

/** What waits and what did not end well: from the gateway when it told, else from the journal as it lies there. */
export async function readWorkUnits(paths: StatePaths, { running, queues }: GatewayStatus): Promise<WorkUnits> {
  if (queues !== null) return workUnits("gateway", queues.inbox, queues.outbox);
  const counts = running ? undefined : await countStored(paths);
  return counts === undefined ? workUnits("none", {}, {}) : workUnits("journal", counts.inbox, counts.outbox);
}

/** @returns `undefined` also when the file cannot be read: `loong messages` says why. */
async function countStored(paths: StatePaths): Promise<{ inbox: Counts; outbox: Counts } | undefined> {
  if (!existsSync(paths.journalFile)) return undefined;
  const { storedCounts } = await import("@loong/host/stored");
  try {
    return storedCounts(paths);
  } catch (error) {
    if (isLoongError(error)) return undefined;
    throw error;
  }
}

function workUnits(source: WorkUnits["source"], turns: Counts, deliveries: Counts): WorkUnits {
  return {
    source,
    open: sum(turns, OPEN_TURNS) + sum(deliveries, OPEN_DELIVERIES),
    failed: sum(turns, FAILED_TURNS) + sum(deliveries, FAILED_DELIVERIES),
    turns: { ...turns },
    deliveries: { ...deliveries },
  };
}

function sum(counts: Counts, states: readonly string[]): number {
  return states.reduce((total, state) => total + (counts[state] ?? 0), 0);
}

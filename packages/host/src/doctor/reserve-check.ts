import { existsSync } from "node:fs";
import type { StatePaths } from "@loong/config";
import { RESERVE_BYTES, reserveFileOf } from "../disk/reserve.ts";
import { readOwner } from "../owner/index.ts";
import { type Check, ok, warn } from "./check.ts";

/** A gateway makes it a minute after its start, and has some time for that. */
const MADE_WITHIN_MS = 120_000;

export async function checkReserve(paths: StatePaths, nowMs: number): Promise<Check> {
  const id = "disk.reserve";
  const size = `${RESERVE_BYTES / 1024 / 1024} MB`;
  if (existsSync(reserveFileOf(paths))) return ok(id, `${size} are kept for the day the disk is full`);
  const owner = await readOwner(paths);
  const upMs = owner?.running === true && owner.startedAtMs !== null ? nowMs - owner.startedAtMs : 0;
  if (upMs < MADE_WITHIN_MS) return ok(id, `${size} will be kept once a gateway has run for a minute`);
  return warn(
    id,
    `The reserve of ${size} is gone: the disk was full, or has no room for it.`,
    "Free some space: until then the gateway may take no messages. It makes the reserve again by itself.",
  );
}

import type { StatePaths } from "@loong/config";
import { controlSocketPath } from "../control/socket-path.ts";
import { findLeftovers, removeLeftovers } from "../owner/index.ts";
import { type Check, ok, warn } from "./check.ts";
import type { Mender } from "./mender.ts";

/** Files that say a gateway is there when none is. */
export async function checkLeftovers(paths: StatePaths, mender: Mender): Promise<Check> {
  const id = "gateway.leftovers";
  const socketPath = controlSocketPath(paths);
  const found = await findLeftovers(paths, socketPath);
  if (found.length === 0) return ok(id, "none");
  if (await mender.mend(`rm ${found.join(" ")}`, () => removeLeftovers(paths, socketPath))) return ok(id, "removed");
  const detail = `A gateway that ended without a word left ${found.join(" and ")}.`;
  return warn(id, detail, "The next `loong gateway run` replaces them; `loong doctor --fix` removes them now.");
}

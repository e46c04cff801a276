import { nearestName } from "../packages/host/src/plugins/nearest-name.ts";
import { Misuse } from "../scripts/command-line.ts";
import { readFixtures } from "./fixture.ts";
import { houseGroups, looseGroups } from "./groups.ts";

const MOST_TOLD = 5;

/** @returns `only`. @throws Misuse when no fixture's id begins so, with those that are near. */
export function requireSome(only: string): string {
  const groups = [...Object.keys(houseGroups), ...Object.keys(looseGroups)];
  const ids = groups.flatMap((group) => readFixtures(group).map(({ id }) => id));
  if (ids.some((id) => id.startsWith(only))) return only;
  throw new Misuse(`No input's id begins with "${only}". ${near(only, groups, ids)}`);
}

function near(only: string, groups: readonly string[], ids: readonly string[]): string {
  const holding = ids.filter((id) => id.toLowerCase().includes(only.toLowerCase()));
  if (holding.length > 0) {
    const more = holding.length > MOST_TOLD ? ` and ${holding.length - MOST_TOLD} more` : "";
    return `In these it stands: ${holding.slice(0, MOST_TOLD).join(", ")}${more}.`;
  }
  const families = new Set(ids.map((id) => id.replace(/-.*$/, "")));
  const nearest = nearestName([...groups, ...families, ...ids], only);
  return nearest === undefined ? `The groups are ${groups.join(", ")}.` : `Did you mean "${nearest}"?`;
}

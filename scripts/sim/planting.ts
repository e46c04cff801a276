import { type LoadFnOutput, registerHooks } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type * as memory from "@loong/journal/memory";
import type * as simulator from "@loong/testkit/simulator";
import { root } from "../workspace.ts";

/** One bug to plant: a fragment of a source file, as it is and as it would be wrong. */
export interface Plant {
  readonly name: string;
  /** The invariant it breaks: `"I4"`. */
  readonly breaks: string;
  /** The schedule that the hunt begins with, for a bug that few schedules show. */
  readonly seed?: number;
  /** From the root of the repository. */
  readonly where: string;
  /** Stands there exactly once. */
  readonly from: string;
  readonly to: string;
}

interface PlantedModules {
  readonly simulator: typeof simulator;
  readonly memory: typeof memory;
}

/** Modules with one plant each, beside the sound ones of the same process. */
export interface Planting {
  /** @throws when the fragment is not in its file exactly once, or when nothing loads the file. */
  load(plant: Plant): Promise<PlantedModules>;
  end(): void;
}

/** The packages that are loaded anew for each plant. */
const PLANTED = ["packages/gateway/", "packages/journal/", "packages/testkit/"].map(
  (directory) => pathToFileURL(join(root, directory)).href,
);

/**
 * Plants go into the text of a module while it is loaded, so the product needs no switches. A query in the address keeps
 * the modules of one plant apart from all others: whatever a planted module imports carries it too.
 */
export function startPlanting(plants: readonly Plant[]): Planting {
  const found = new Set<string>();

  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      const index = plantOf(context.parentURL);
      if (index === null || !PLANTED.some((directory) => resolved.url.startsWith(directory))) return resolved;
      return { ...resolved, url: `${resolved.url}?plant=${index}` };
    },
    load(url, context, next) {
      const loaded = next(url, context);
      const plant = plants[Number(plantOf(url) ?? -1)];
      if (plant === undefined || fileURLToPath(url) !== join(root, plant.where)) return loaded;
      found.add(plant.name);
      return { ...loaded, source: withPlant(plant, textOf(loaded.source)) };
    },
  });

  return {
    async load(plant) {
      const query = `?plant=${plants.indexOf(plant)}`;
      const [simulator, memory] = (await Promise.all(
        ["@loong/testkit/simulator", "@loong/journal/memory"].map(
          (specifier) => import(`${import.meta.resolve(specifier)}${query}`) as Promise<unknown>,
        ),
      )) as [PlantedModules["simulator"], PlantedModules["memory"]];
      if (!found.has(plant.name)) throw new Error(`"${plant.name}": nothing loads ${plant.where}.`);
      return { simulator, memory };
    },
    end: () => hooks.deregister(),
  };
}

function plantOf(url: string | undefined): string | null {
  return url === undefined ? null : (/\?plant=(\d+)$/.exec(url)?.[1] ?? null);
}

function textOf(source: NonNullable<LoadFnOutput["source"]> | null | undefined): string {
  return typeof source === "string" ? source : new TextDecoder().decode(source ?? undefined);
}

function withPlant({ name, where, from, to }: Plant, source: string): string {
  const times = source.split(from).length - 1;
  if (times === 1) return source.replace(from, () => to);
  throw new Error(
    `"${name}": its fragment stands ${times} times in ${where}, not once. Bring scripts/sim/plants.ts up to date:\n${from}`,
  );
}

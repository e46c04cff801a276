// Loaded before the gateway with `--import`: plants every point, and arms the one that LOONG_CRASH_POINT names as
// "<n>:<name>": the process kills itself when it comes there for the n-th time; with ":new" behind, counted from the first
// event that this process has stored.
import { writeSync } from "node:fs";
import { registerHooks } from "node:module";
import { plant, POINTS, STORED } from "./points.ts";

const root = new URL("../", import.meta.url).href;
const [hits = "0", armed, from] = (process.env["LOONG_CRASH_POINT"] ?? "").split(":");
let left = Number(hits);
let counts = from !== "new";

function isHere(name: string): boolean {
  counts ||= name === STORED;
  return counts && name === armed && --left === 0;
}

function die(): void {
  writeSync(2, `killed at: ${armed}\n`);
  process.kill(process.pid, "SIGKILL");
}

Object.assign(globalThis, {
  crash(name: string): void {
    if (isHere(name)) die();
  },
  /** Goes no further here, and dies once what is under way elsewhere has gone out. */
  crashSoon(name: string): Promise<never> | undefined {
    if (!isHere(name)) return undefined;
    setTimeout(die, 20);
    return new Promise(() => {});
  },
});

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const points = url.startsWith(root) ? POINTS.filter(({ file }) => url === root + file) : [];
    if (points.length === 0 || loaded.source === undefined) return loaded;
    return { ...loaded, source: plant(Buffer.from(loaded.source as Uint8Array).toString("utf8"), points) };
  },
});

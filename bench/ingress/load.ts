// The load of the ingress row, in a process of its own: `load.ts <url> <events> <concurrency> <run>` prints events per second.
import { Pool } from "undici";
import { makeBodies, sign } from "./events.ts";

const [url = "", count = "0", concurrency = "1", run = ""] = process.argv.slice(2);
const { origin, pathname } = new URL(url);
const pool = new Pool(origin, { connections: Number(concurrency), pipelining: 1 });
const bodies = makeBodies(Number(count), run);

let next = 0;
async function worker(): Promise<void> {
  for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
    const answer = await pool.request({ path: pathname, method: "POST", headers: sign(body), body });
    await answer.body.dump();
    if (answer.statusCode !== 200) throw new Error(`answered ${answer.statusCode}`);
  }
}

const startedAtMs = performance.now();
await Promise.all(Array.from({ length: Number(concurrency) }, worker));
const seconds = (performance.now() - startedAtMs) / 1_000;
await pool.close();
console.log(Math.round(bodies.length / seconds));

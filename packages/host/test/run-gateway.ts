// A gateway in a process of its own: `node run-gateway.ts '{"port":0,…}'`. Ends as the command would.
import { runGateway } from "../src/run.ts";

const wish = JSON.parse(process.argv[2] ?? "{}") as { port?: number; session?: string; selectors?: string[] };
const interrupted = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => interrupted.abort(signal));

try {
  const { code, reason } = await runGateway({
    env: process.env,
    bundled: [],
    version: "1.2.3",
    now: () => Date.now(),
    signal: interrupted.signal,
    terminal: process,
    ...wish,
  });
  console.log(JSON.stringify({ code, reason }));
  // A plugin may have left a timer behind.
  process.exit(code);
} catch (error) {
  const { code, message, hint } = error as { code?: string; message: string; hint?: string };
  console.log(JSON.stringify({ error: { code, message, hint } }));
  process.exitCode = 78;
}

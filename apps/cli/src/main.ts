import { runCli } from "./cli.ts";
import type { Cli } from "./cli-context.ts";
import { readInstallation } from "./installation.ts";
import { onInterrupt } from "./interrupt.ts";
import { readSelf } from "./self.ts";

/** Getters, because Node makes each of the three streams when it is first looked at. */
const cli: Cli = {
  env: process.env,
  get stdin() {
    return process.stdin;
  },
  output: {
    get stdout() {
      return process.stdout;
    },
    get stderr() {
      return process.stderr;
    },
  },
  installation: () => readInstallation(import.meta.url),
  self: () => readSelf(process),
  now: () => Date.now(),
  interrupted: () => onInterrupt(process),
};

/** Whoever read our output has seen enough (`loong logs | head`): that is no error. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 2);
});

const LEFTOVER_MS = 300;

// Not awaited here: what is loaded later needs this module to be done.
void runCli(cli, process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
  // A command that has ended does not wait for a timer or a socket that a plugin left behind. By itself the timer keeps nothing alive.
  setTimeout(() => process.exit(), LEFTOVER_MS).unref();
});

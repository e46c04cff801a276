import type { Logger } from "@loong/sdk";
import { recordCrash } from "./safe-mode/crashes.ts";

/**
 * What plugins in this process do to it: a promise they forgot is logged and goes no further; an error that ends the
 * process is noted for the next start.
 *
 * @returns Takes the guard away again.
 */
export function guardProcess(options: {
  readonly log: Logger;
  readonly crashFile: string;
  readonly now: () => number;
}): () => void {
  const { log, crashFile, now } = options;
  const onRejection = (reason: unknown) => {
    log.error("a promise was rejected and nobody looked", { error: textOf(reason) });
  };
  const onCrash = (error: Error, origin: NodeJS.UncaughtExceptionOrigin) => {
    if (origin !== "uncaughtException") return;
    log.error("the gateway ends: an error was not caught", { error: textOf(error) });
    recordCrash(crashFile, placeOf(error), now());
  };
  process.on("unhandledRejection", onRejection);
  process.on("uncaughtExceptionMonitor", onCrash);
  return () => {
    process.off("unhandledRejection", onRejection);
    process.off("uncaughtExceptionMonitor", onCrash);
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Name and place, without the message: it may hold anything, and this is kept on disk. */
function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const frame = error.stack?.split("\n").find((line) => line.trimStart().startsWith("at "));
  return `${error.name} ${frame?.trim() ?? ""}`.trim();
}

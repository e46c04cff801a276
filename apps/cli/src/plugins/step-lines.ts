import { type Output, printNote } from "../output/output.ts";

const QUIET_MS = 1000;
/** A step that goes on is named again. */
const AGAIN_SECONDS = 30;

/**
 * Waits for `work` where nobody watches: a line for each step that is going on when a second has passed, and now and then
 * one that it still is.
 */
export async function withStepLines<T>(output: Output, step: () => string, work: Promise<T>): Promise<T> {
  let seconds = 0;
  let [named, namedAt] = ["", 0];
  const timer = setInterval(() => {
    seconds += 1;
    if (step() === named && seconds - namedAt < AGAIN_SECONDS) return;
    [named, namedAt] = [step(), seconds];
    printNote(output, `${named} ${seconds} s`);
  }, QUIET_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

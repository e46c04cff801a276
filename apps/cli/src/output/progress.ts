import type { Output } from "./output.ts";

const QUIET_MS = 1000;
const CLEAR_LINE = "\r\u001B[2K";

/**
 * Waits for `work`; on a terminal, says after a second what it waits for and for how long.
 *
 * @param label - A function when it changes while the work goes on.
 */
export async function withProgress<T>(output: Output, label: string | (() => string), work: Promise<T>): Promise<T> {
  const { stderr } = output;
  if (stderr.isTTY !== true) return work;
  let seconds = 0;
  const timer = setInterval(() => {
    seconds += 1;
    stderr.write(`${CLEAR_LINE}${typeof label === "string" ? label : label()} ${seconds} s`);
  }, QUIET_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    if (seconds > 0) stderr.write(CLEAR_LINE);
  }
}

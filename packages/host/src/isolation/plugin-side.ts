import { realpathSync } from "node:fs";
import { flushCompileCache } from "node:module";
import type { Readable, Writable } from "node:stream";
import type { ChannelPlugin } from "@loong/sdk";
import { placeOfFault } from "../plugins/fault-place.ts";
import { loadPlugin } from "../plugins/load.ts";
import type { ChannelRecord } from "../plugins/record.ts";
import { watchAnswers } from "./answers.ts";
import { isolationLimits } from "./limits.ts";
import { createPeer, type Peer } from "./peer.ts";
import { createSeats } from "./seats.ts";

interface LoadRequest {
  readonly record: ChannelRecord;
  readonly cacheDir: string;
  /** Somebody wants to know what servers say the time is. */
  readonly tellAnswers: boolean;
}

/** As much as the gateway takes: whoever sends more is told, and not ended for it. */
const MAX_BYTES_OF_A_MESSAGE = isolationLimits.messageBytes;
const MAX_CALLS_OF_THE_GATEWAY = 100_000;
const MAX_BYTES_OF_THE_GATEWAY = 0xffff_ffff;

/** As the plugin sees them. */
interface Pipes {
  readonly incoming: Readable;
  readonly outgoing: Writable;
}

/** The plugin's side of the pipes. Whoever asked for it to end closes them; a gateway that was killed does the same. */
export function runPlugin({ incoming, outgoing }: Pipes, self: NodeJS.Process): void {
  let directory = "";
  let plugin: ChannelPlugin | undefined;

  async function load({ record, cacheDir, tellAnswers }: LoadRequest): Promise<void> {
    directory = realpathSync(record.directory);
    if (tellAnswers) watchAnswers((answer) => peer.tell("answer", answer));
    plugin = await loadPlugin(record, { cacheDir, timeoutMs: 2 ** 31 - 1 });
  }

  const peer: Peer = createPeer({
    incoming,
    outgoing,
    maxBytes: MAX_BYTES_OF_THE_GATEWAY,
    maxCalls: MAX_CALLS_OF_THE_GATEWAY,
    announced: new Set(["send", "edit"]),
    async answer(method, params, signal) {
      if (method === "load") return load(params as LoadRequest);
      if (plugin === undefined) throw new Error("The plugin is not loaded.");
      return seats.answer(plugin, method, params, signal);
    },
    told(method) {
      if (method !== "beat") return;
      peer.tell("beat", { residentBytes: self.memoryUsage.rss() });
      // It is killed together with its gateway, and could not do it then.
      flushCompileCache();
    },
    fault: () => self.exit(1),
    maxOutgoingBytes: MAX_BYTES_OF_A_MESSAGE,
    cancelled: { afterMs: 60_000, error: (method) => new Error(`The gateway did not answer ${method}.`) },
  });
  const seats = createSeats(peer);

  // A console's Ctrl-C and a supervisor's signal reach every process: the gateway decides when this one ends.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) self.on(signal, () => undefined);
  self.on("uncaughtExceptionMonitor", (error) => {
    const place = placeOfFault(error, directory);
    peer.tell("fault", { what: `${nameOf(error)}${place === undefined ? "" : ` at ${place}`}` });
  });
  incoming.on("end", () => self.exit(0));
  for (const pipe of [incoming, outgoing]) pipe.on("close", () => self.exit(0));
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

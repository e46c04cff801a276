import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import type { Env } from "@loong/config";
import { isLoongError, type LoongError, type Logger } from "@loong/sdk";
import { isObject } from "../plugins/manifest.ts";
import type { PluginRecord } from "../plugins/index.ts";
import { areAnswersWatched, publishAnswer } from "./answers.ts";
import { describeExit, type Exit } from "./deaths.ts";
import { isolationErrors } from "./errors.ts";
import { launchOf } from "./launch.ts";
import type { IsolationLimits } from "./limits.ts";
import { createPeer, type Peer } from "./peer.ts";
import { PIPES } from "./pipes.ts";
import { watchProcess } from "./watch.ts";

/** What the plugin asks of the gateway. */
export interface PluginCalls {
  answer(method: string, params: unknown): Promise<unknown>;
  told(method: string, params: unknown): void;
}

export interface ProcessOptions {
  readonly record: PluginRecord;
  /** The one folder that the plugin may write to. */
  readonly home: string;
  readonly limits: IsolationLimits;
  /** Of the gateway. The plugin gets what leads to the network. */
  readonly env: Env;
  /** Stands before the command. */
  readonly keeper: readonly string[];
  readonly log: Logger;
  readonly calls: PluginCalls;
  /** The process is gone although nobody had asked for it: what its callers are told. `begun`: it was at work for them. */
  readonly died: (how: string) => (begun: boolean) => LoongError;
}

/** One process that has a plugin loaded, or is about to. It keeps the gateway alive only while it is asked something. */
export interface PluginProcess {
  readonly pid: number | undefined;
  /** Resolves when the plugin's code has run. @throws PLUGIN_*, and what `died` makes of an early end. */
  readonly loaded: Promise<void>;
  readonly gone: Promise<void>;
  readonly call: Peer["call"];
  /** Ends it: it has a moment to leave by itself. */
  end(): Promise<void>;
  /** Ends it now. */
  kill(): void;
}

const LAST_WORDS = 4_000;
const LAST_READ_MS = 1_000;

export function startProcess(options: ProcessOptions): PluginProcess {
  const { record, home, limits, env, keeper, log, calls } = options;
  mkdirSync(join(home, ".tmp"), { recursive: true, mode: 0o700 });
  const launch = launchOf({ record, home, heapMegabytes: limits.heapMegabytes, env });
  const [program = process.execPath, ...rest] = [...keeper, process.execPath, ...launch.arguments];
  const child = spawn(program, rest, {
    cwd: home,
    env: launch.env,
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
  });
  const outgoing = child.stdio[PIPES.toPlugin] as Writable;
  const incoming = child.stdio[PIPES.fromPlugin] as Readable;
  const words = listen(child, log);
  let wanted = false;
  let reason: string | undefined;
  let fault: string | undefined;

  /** Ends it for something it did. */
  function punish(how: string): void {
    reason ??= how;
    child.kill("SIGKILL");
  }

  const peer = createPeer({
    incoming,
    outgoing,
    maxBytes: limits.messageBytes,
    maxCalls: limits.calls,
    answer: (method, params) => calls.answer(method, params),
    told(method, params) {
      if (method === "beat") watch.beaten(params);
      else if (method === "fault") fault = faultOf(params);
      else if (method === "answer") publishAnswer(params);
      else calls.told(method, params);
    },
    fault: punish,
    busy: (isBusy) => keepAlive(child, isBusy),
    cancelled: {
      afterMs: limits.cancelMs,
      error: (method) => isolationErrors.ISOLATION_SILENT([method, limits.cancelMs]),
    },
  });
  keepAlive(child, false);
  const watch = watchProcess({ pid: child.pid, limits, beat: () => peer.tell("beat", null), punish });

  const gone = endOf(child).then((end) => {
    watch.stop();
    const how = reason ?? describeExit({ ...end, lastWords: words(), ...(fault && { fault }) }, limits);
    const lost = isolationErrors.ISOLATION_PROCESS_ENDED([record.packageName, "was ended", record.manifest.id]);
    const errorOf = wanted ? () => lost : options.died(how);
    peer.end(errorOf);
    for (const pipe of [incoming, outgoing]) pipe.destroy();
  });

  async function load(): Promise<void> {
    const timer = setTimeout(() => punish(`was not loaded after ${limits.loadMs} ms`), limits.loadMs);
    try {
      await peer.call("load", { record, cacheDir: launch.cacheDir, tellAnswers: areAnswersWatched() });
      watch.start();
    } catch (error) {
      // It told what is wrong with the plugin: there is nothing to be started again.
      if (isLoongError(error) && !error.code.startsWith("ISOLATION_")) wanted = true;
      child.kill("SIGKILL");
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    pid: child.pid,
    loaded: load(),
    gone,
    call: (...call) => peer.call(...call),
    async end() {
      wanted = true;
      outgoing.end();
      const timer = setTimeout(() => child.kill("SIGKILL"), limits.closeMs);
      await gone;
      clearTimeout(timer);
    },
    kill() {
      wanted = true;
      child.kill("SIGKILL");
    },
  };
}

/** What it writes is for the log, in case somebody looks. @returns The end of it. */
function listen(child: ChildProcess, log: Logger): () => string {
  let last = "";
  for (const [name, stream] of [["stdout", child.stdout] as const, ["stderr", child.stderr] as const]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      last = (last + text).slice(-LAST_WORDS);
      log.debug(`the plugin wrote to ${name}`, { text: text.slice(0, LAST_WORDS) });
    });
    stream?.on("error", () => undefined);
  }
  return () => last;
}

/** Everything that it wrote has been read when it is over; what keeps its pipes open is not waited for. */
function endOf(child: ChildProcess): Promise<Omit<Exit, "lastWords">> {
  return new Promise((resolve) => {
    child.on("error", (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, fault: error.code ?? error.message });
    });
    child.once("exit", (code, signal) => {
      const timer = setTimeout(() => resolve({ code, signal }), LAST_READ_MS);
      child.once("close", () => {
        clearTimeout(timer);
        resolve({ code, signal });
      });
    });
  });
}

function keepAlive(child: ChildProcess, isBusy: boolean): void {
  const change = isBusy ? "ref" : "unref";
  child[change]();
  for (const stream of child.stdio) (stream as (Readable & { ref?(): void; unref?(): void }) | null)?.[change]?.();
}

function faultOf(params: unknown): string | undefined {
  return isObject(params) && typeof params["what"] === "string" ? params["what"].slice(0, 300) : undefined;
}

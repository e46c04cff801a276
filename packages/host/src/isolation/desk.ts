import type { Inbound, Logger } from "@loong/sdk";
import type { IsolationLimits } from "./limits.ts";
import type { PluginCalls } from "./plugin-process.ts";
import type { Shapes } from "./shapes.ts";

/** Where a plugin's process is answered: everything it says is looked at before anybody believes it. */
export interface Desk extends PluginCalls {
  /** Names `inbound` to the plugin for the time of one call. */
  lend<T>(inbound: Inbound, use: (name: number) => Promise<T>): Promise<T>;
}

export interface DeskOptions {
  readonly shapes: Shapes;
  readonly limits: IsolationLimits;
  readonly now: () => number;
  /** Of the plugin itself. */
  readonly log: Logger;
  readonly logOf: (account: number) => Logger | undefined;
}

export function createDesk({ shapes, limits, now, log, logOf }: DeskOptions): Desk {
  const lent = new Map<number, Inbound>();
  let lastName = 0;
  let second = 0;
  let lines = 0;

  function inboundOf(name: number): Inbound {
    const inbound = lent.get(name);
    if (inbound === undefined) throw new Error("This call is over: events come in while `serve` or `handle` runs.");
    return inbound;
  }

  /** A plugin that writes without end must not cost the others their log. */
  function mayLog(): boolean {
    const current = Math.floor(now() / 1_000);
    if (current !== second) {
      if (lines > limits.logLines) log.warn("lines of the plugin were left out", { lines: lines - limits.logLines });
      second = current;
      lines = 0;
    }
    lines += 1;
    return lines <= limits.logLines;
  }

  function writeLine(params: unknown): void {
    if (!mayLog()) return;
    const { account, level, message, fields } = shapes.log(params);
    logOf(account)?.[level](message, fields);
  }

  function report(params: unknown): void {
    const { inbound, state } = shapes.report(params);
    lent.get(inbound)?.report(state);
  }

  return {
    async lend(inbound, use) {
      const name = ++lastName;
      lent.set(name, inbound);
      try {
        return await use(name);
      } finally {
        lent.delete(name);
      }
    },
    async answer(method, params) {
      if (method === "accept") {
        const { inbound, events, cursor } = shapes.events(params);
        return inboundOf(inbound).accept(events, cursor);
      }
      if (method === "cursor") return inboundOf(shapes.inbound(params).inbound).cursor();
      throw new Error(`There is no ${method}.`);
    },
    told(method, params) {
      try {
        if (method === "log") writeLine(params);
        else if (method === "report") report(params);
      } catch (error) {
        log.warn(error instanceof Error ? error.message : String(error), { from: method });
      }
    },
  };
}

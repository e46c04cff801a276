import type { Clock, Gateway, Journal } from "@loong/gateway";
import type { Accounts } from "./accounts.ts";
import type { ConfiguredAgent } from "./agents.ts";
import type { ControlServer } from "./control/index.ts";
import type { HttpSurface } from "./http/server.ts";
import type { HostLog } from "./log/index.ts";
import type { Ownership } from "./owner/index.ts";
import type { PluginLoader } from "./plugin-loader.ts";

export interface ShutDownParts {
  readonly http: HttpSurface;
  readonly accounts: Accounts;
  readonly gateway: Gateway;
  readonly agent: ConfiguredAgent;
  readonly loader: PluginLoader;
  readonly journal: Journal;
  readonly control: ControlServer;
  readonly ownership: Ownership;
  readonly log: HostLog;
  readonly clock: Clock;
}

/** Shares of the whole time: what is not over by then is left, and the next start recovers it. */
const SHARES = { ingress: 0.1, turns: 0.35, sends: 0.6, plugins: 0.15 };
const REST_MS = 1_000;

/**
 * Ends a gateway in order: let sends and (shortly) turns end, take nothing more, close the plugins, then the journal.
 * Connections stay until what goes out over them has ended; what they bring meanwhile is stored for the next start.
 * Whatever fails or hangs on the way, the rest follows.
 *
 * @param budgetMs - For all of it, but for at most a second.
 */
export async function shutDown(parts: ShutDownParts, reason: string, budgetMs: number): Promise<void> {
  const { http, accounts, gateway, agent, loader, journal, control, ownership, log, clock } = parts;
  log.info(`stopping: ${reason}`);
  const step = async (name: string, limitMs: number, work: () => Promise<unknown>) => {
    const outcome = await within(clock, limitMs, work);
    if (outcome !== undefined) log.warn(`stopping: ${name} ${outcome}`);
  };
  await step("the status", REST_MS, () => ownership.update({ phase: "stopping" }));
  await step("delivery", budgetMs * SHARES.sends, () => gateway.rest(budgetMs * SHARES.turns));
  const ingressMs = budgetMs * SHARES.ingress;
  await step("ingress", ingressMs * 1.5, () => Promise.all([http.close(ingressMs), accounts.stopServing(ingressMs)]));
  await step("the plugins", budgetMs * SHARES.plugins, () => Promise.all([agent.close(), accounts.close()]));
  loader.close();
  await step("the journal", REST_MS, () => journal.close());
  await step("control", REST_MS, () => control.close());
  log.info("stopped");
  await within(clock, REST_MS, () => log.close());
  await ownership.release({ stoppedAtMs: clock.now(), shutdownReason: reason });
}

/** @returns What went wrong, if anything did. */
async function within(clock: Clock, limitMs: number, work: () => Promise<unknown>): Promise<string | undefined> {
  const late = Promise.withResolvers<string>();
  const timer = clock.setTimer(limitMs, () => late.resolve(`was not over after ${Math.round(limitMs)} ms`));
  const done = (async () => {
    await work();
    return undefined;
  })().catch((error: unknown) => `failed: ${error instanceof Error ? error.message : String(error)}`);
  try {
    return await Promise.race([done, late.promise]);
  } finally {
    timer.cancel();
  }
}

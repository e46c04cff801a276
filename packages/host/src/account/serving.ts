import type { Surface } from "@loong/api";
import type { AccountInbound, Clock } from "@loong/gateway";
import type { Channel, Inbound, Logger, LoongError, ProbeReport, WebhookFeature } from "@loong/sdk";
import { hostErrors } from "../errors.ts";
import type { HttpSurface } from "../http/server.ts";
import type { WebhookRoute } from "../http/webhook-router.ts";
import type { Link } from "../supervisor/machine.ts";
import { type ServiceState, supervise, type Supervisor } from "../supervisor/supervise.ts";
import { requireServable } from "../open-account.ts";
import type { Account } from "./account.ts";

/** An account that receives. */
export interface Serving {
  readonly link: Link;
  /** Events can come in: connected, or the webhook is there for the platform to call. */
  readonly ready: boolean;
  surface(): Surface;
  start(): void;
  fail(error: unknown): void;
  /** A connection that may be dead is made anew. A webhook has none. */
  renew(error: unknown): void;
  stop(graceMs: number): Promise<void>;
}

export interface ServingOptions {
  readonly inbound: AccountInbound;
  readonly http: HttpSurface;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  /** The account works again, or its credentials are no longer known to be bad. */
  readonly recovered: () => void;
  /** Why the account is shown and not served. */
  readonly held: () => LoongError | undefined;
}

/** States after which the channel is made anew: its secrets may have changed, or it may be broken inside. */
const REOPEN_AFTER: ReadonlySet<Link["state"]> = new Set(["BAD_CREDENTIALS", "UNKNOWN_ERROR"]);
const PROBE_TIMEOUT_MS = 20_000;

/** Supervises one account: opens it, serves its webhook, runs its connection, counts what comes. */
export function serveAccount(account: Account, options: ServingOptions): Serving {
  const { clock, log } = options;
  const place = options.http.place();
  const refused: Record<string, number> = {};
  let received = 0;
  let lastEventAtMs: number | null = null;
  let webhookServed = false;
  let probed: ProbeReport | undefined;
  const supervisor: Supervisor = supervise({ run }, { ...options, changed });

  async function run(report: (state: ServiceState) => void, signal: AbortSignal, link: Link): Promise<void> {
    const held = options.held();
    if (held !== undefined) throw held;
    requireServable(account.config);
    if (REOPEN_AFTER.has(link.state)) await account.forget();
    const { channel, transport } = await account.open();
    const { webhook } = channel;
    if (webhook === undefined && channel.serve === undefined) throw notServing();
    if (probed === undefined) {
      log.info(`starting ${account.record.manifest.label}${transport === null ? "" : ` in ${transport} mode`}`);
      void probe();
    }
    const inbound = inboundFor(report, channel);
    if (webhook === undefined) place.none();
    const unmount = webhook && (await mount(webhook, inbound));
    try {
      if (channel.serve !== undefined) await channel.serve(inbound, signal);
      else await waitForCalls(report, signal);
    } finally {
      unmount?.();
    }
  }

  function notServing(): Error {
    return hostErrors.HOST_ACCOUNT_NOT_SERVING([account.config.channel, account.config.id]);
  }

  async function mount(webhook: WebhookFeature, inbound: Inbound): Promise<() => void> {
    const route: WebhookRoute = {
      path: webhook.path,
      channel: account.config.channel,
      account: account.config.id,
      handle: (request) => webhook.handle(request, inbound),
      refused: (reason: string) => {
        refused[reason] = (refused[reason] ?? 0) + 1;
      },
      failed: (error: unknown) => log.warn("a webhook event was not taken", { error: textOf(error) }),
    };
    const pause = await place.serve(route, webhook.bind);
    webhookServed = true;
    return () => {
      webhookServed = false;
      pause();
    };
  }

  async function waitForCalls(report: (state: ServiceState) => void, signal: AbortSignal): Promise<void> {
    report({ state: "waiting" });
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  }

  /** A webhook has no connection to speak of: an event that was stored is the proof that it works. */
  function inboundFor(report: (state: ServiceState) => void, channel: Channel): Inbound {
    const provesConnection = channel.serve === undefined;
    return {
      async accept(events, cursor) {
        const results = await options.inbound.accept(events, cursor);
        lastEventAtMs = clock.now();
        for (const result of results) if (result === "stored") received += 1;
        if (provesConnection) report({ state: "connected" });
        return results;
      },
      cursor: () => options.inbound.cursor(),
      report,
    };
  }

  async function probe(): Promise<void> {
    probed = await account.probe(AbortSignal.timeout(PROBE_TIMEOUT_MS));
    const { ok, identity, problems } = probed;
    if (ok) log.info(`probe ok${identity === undefined ? "" : `: ${identity.name ?? identity.id}`}`);
    for (const { code, message, hint } of problems) log.warn(`probe failed: ${message}`, { code, hint });
  }

  function changed(link: Link, before: Link): void {
    if (link.state === before.state) return;
    if (link.state === "CONNECTED" || before.state === "BAD_CREDENTIALS") options.recovered();
  }

  return {
    get link() {
      return supervisor.link;
    },
    get ready() {
      const { state } = supervisor.link;
      return state === "CONNECTED" || (webhookServed && state === "CONNECTING");
    },
    surface() {
      const { config, record, opened } = account;
      const { state, sinceMs, nextAttemptAtMs, ...why } = supervisor.link;
      const { reason, hint } = state === "CONNECTING" && webhookServed ? waiting(probed) : why;
      return {
        channel: config.channel,
        account: config.id,
        label: config.name ?? record.manifest.label,
        state,
        sinceMs,
        reason,
        nextAttemptAtMs,
        hint,
        transport: opened?.transport ?? null,
        lastEventAtMs,
        received,
        refused: { ...refused },
      };
    },
    start: () => supervisor.start(),
    fail: (error) => supervisor.fail(error),
    renew(error) {
      if (account.opened?.channel.serve !== undefined) supervisor.renew(error);
    },
    async stop(graceMs) {
      await supervisor.stop(graceMs);
      await place.leave();
    },
  };
}

/** Why a webhook that is served is not called connected. */
function waiting(probed: ProbeReport | undefined): Pick<Surface, "reason" | "hint"> {
  const [problem] = probed?.problems ?? [];
  if (problem === undefined) return { reason: "Waiting for the platform to call.", hint: null };
  return { reason: `${problem.code}: ${problem.message}`, hint: problem.hint ?? null };
}

function textOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

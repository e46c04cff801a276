import type { AccountReport, GatewayStatus } from "@loong/api";
import { accountReports } from "./account-report.ts";
import { readGatewayStatus } from "./gateway-report.ts";
import type { State } from "./state.ts";

/** `loong status --json`: everything at a glance. Absent facts are `null`. */
export interface Overview {
  readonly schema: { readonly version: 1; readonly surface: "status" };
  readonly version: string;
  readonly config: {
    readonly path: string;
    readonly exists: boolean;
    readonly errors: number;
    readonly warnings: number;
  };
  readonly gateway: GatewayStatus;
  readonly channels: readonly AccountReport[];
  readonly agent: { readonly use: string; readonly installed: boolean };
  /** Whether answers come from another agent process over the Agent Client Protocol. */
  readonly acp: { readonly enabled: boolean; readonly availability: "available" | "unavailable" | "disabled" };
  /** What the gateway has taken in and what became of it; `null` when none runs. */
  readonly workUnits: {
    readonly ready: number;
    readonly running: number;
    readonly done: number;
    readonly failed: number;
  } | null;
  readonly nextActions: readonly NextAction[];
}

export interface NextAction {
  readonly label: string;
  readonly command: string;
}

export async function readOverview(state: State, version: string): Promise<Overview> {
  const { config, plugins, paths } = state;
  const gateway = await readGatewayStatus(paths);
  const channels = accountReports(state, gateway);
  const agentIds = plugins.agents().map(({ manifest }) => manifest.id);
  const count = (severity: "error" | "warning") =>
    config.problems.filter((problem) => problem.severity === severity).length;
  const facts = {
    config: { path: config.file.path, exists: config.file.exists, errors: count("error"), warnings: count("warning") },
    gateway,
    channels,
    agent: { use: config.agent.use, installed: agentIds.includes(config.agent.use) },
  };
  return {
    schema: { version: 1, surface: "status" },
    version,
    ...facts,
    acp: acpOf(config.agent.use, agentIds),
    workUnits: workUnitsOf(gateway),
    nextActions: nextActions({ ...facts, installed: plugins.channels().map(({ manifest }) => manifest.id) }),
  };
}

function acpOf(use: string, agentIds: readonly string[]): Overview["acp"] {
  if (use !== "acp") return { enabled: false, availability: "disabled" };
  return { enabled: true, availability: agentIds.includes("acp") ? "available" : "unavailable" };
}

function workUnitsOf({ queues }: GatewayStatus): Overview["workUnits"] {
  if (queues === null) return null;
  const { inbox } = queues;
  return {
    ready: inbox["new"] ?? 0,
    running: inbox["running"] ?? 0,
    done: inbox["done"] ?? 0,
    failed: inbox["dead"] ?? 0,
  };
}

interface Situation extends Pick<Overview, "config" | "gateway" | "channels" | "agent"> {
  /** Ids of the installed channels. */
  readonly installed: readonly string[];
}

/** What an operator would do now, most pressing first. */
export function nextActions({ config, gateway, channels, agent, installed }: Situation): readonly NextAction[] {
  const enabled = channels.filter((account) => account.enabled);
  const { inbox = {}, outbox = {} } = gateway.queues ?? {};
  const stuck = [inbox["dead"], outbox["unknown"], outbox["dead"], outbox["rejected"]].some(
    (count) => (count ?? 0) > 0,
  );
  const candidates: readonly (readonly [applies: boolean, label: string, command: string])[] = [
    [config.errors > 0, "Mend the configuration", "loong config validate"],
    [!agent.installed, "See which agents are installed", "loong plugins list"],
    [
      enabled.length === 0,
      "Switch a channel on",
      `loong config set channels.${installed[0] ?? "<channel>"}.enabled true`,
    ],
    [enabled.some(({ problems }) => problems.length > 0), "See what keeps an account from running", "loong doctor"],
    [enabled.length > 0 && !gateway.running, "Start the gateway", "loong gateway run"],
    [gateway.running && !gateway.ready, "Ask the platforms what is wrong", "loong channels status --probe"],
    [stuck, "Look at messages that did not end well", "loong messages"],
    [agent.installed, "Ask the agent something", 'loong ask --message "Are you there?"'],
  ];
  return candidates.flatMap(([applies, label, command]) => (applies ? [{ label, command }] : []));
}

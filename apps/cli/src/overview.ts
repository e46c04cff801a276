import type { AcpStatus, Overview } from "@loong/api";
import { accountReports } from "./account-report.ts";
import { readGatewayStatus } from "./gateway-report.ts";
import { shellWord } from "./output/shell-word.ts";
import type { State } from "./state.ts";
import { readWorkUnits } from "./work-units.ts";

type NextAction = Overview["nextActions"][number];

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
    channels: [...channels],
    queues: gateway.queues,
    agent: { use: config.agent.use, installed: agentIds.includes(config.agent.use) },
  };
  const workUnits = await readWorkUnits(paths, gateway);
  return {
    schema: { version: 1, surface: "status" },
    version,
    ...facts,
    acp: acpOf(config.agent.use, agentIds),
    workUnits,
    nextActions: nextActions({ ...facts, workUnits, explicitConfigFile: paths.explicitConfigFile }),
  };
}

function acpOf(use: string, agentIds: readonly string[]): AcpStatus {
  if (use !== "acp") return { enabled: false, availability: "disabled" };
  return { enabled: true, availability: agentIds.includes("acp") ? "available" : "unavailable" };
}

type Situation = Pick<Overview, "config" | "gateway" | "channels" | "agent" | "workUnits"> & {
  readonly explicitConfigFile?: string | undefined;
};

/** What an operator would do now, most pressing first, and to the same config file. */
export function nextActions(situation: Situation): NextAction[] {
  const { config, gateway, channels, agent, workUnits, explicitConfigFile } = situation;
  const flag = explicitConfigFile === undefined ? "" : ` --config ${shellWord(explicitConfigFile)}`;
  const enabled = channels.filter((account) => account.enabled);
  const candidates: readonly (readonly [applies: boolean, label: string, command: string])[] = [
    [config.errors > 0, "Mend the configuration", "loong config validate"],
    [!agent.installed, "See which agents are installed", "loong plugins list"],
    [channels.length === 0, "Set up a provider and a channel", "loong setup"],
    [
      channels.length > 0 && enabled.length === 0,
      "Switch a channel on",
      `loong config set channels.${channels[0]?.channel ?? "<channel>"}.enabled true`,
    ],
    [enabled.some(({ problems }) => problems.length > 0), "See what keeps an account from running", "loong doctor"],
    [enabled.length > 0 && !gateway.running, "Start the gateway", "loong gateway run"],
    [Boolean(gateway.safeMode), "Leave safe mode, when the fault is mended", "loong gateway resume"],
    [
      gateway.running && !gateway.ready && !gateway.safeMode,
      "Ask the platforms what is wrong",
      "loong channels status --probe",
    ],
    [workUnits.failed > 0, "Look at messages that did not end well", "loong messages"],
    [agent.installed, "Ask the agent something", 'loong ask --message "Are you there?"'],
  ];
  return candidates.flatMap(([applies, label, command]) => (applies ? [{ label, command: command + flag }] : []));
}

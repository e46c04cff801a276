import { type Check, examine } from "@loong/host/doctor";
import type { AgentManifest } from "@loong/sdk";
import type { HostOptions } from "@loong/host/direct";
import { accountCommands, entryCommands } from "./form/commands.ts";
import { entriesOf, entryTables } from "./form/entry-section.ts";
import type { State } from "./state.ts";

/** `loong setup --json`: what there is and what is missing before the gateway can answer anybody. */
export interface Checklist {
  readonly ok: boolean;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly step: "machine" | "agent" | "channels";
  readonly ok: boolean;
  /** What was found to be good. */
  readonly facts: readonly string[];
  readonly missing: readonly Missing[];
}

interface Missing {
  readonly what: string;
  readonly hint: string | null;
  /** Whole command lines that mend it; `"…"` and examples stand for what only the operator knows. */
  readonly commands: readonly string[];
}

/** @param offline - Ask neither the provider nor the platforms. */
export async function readChecklist(state: State, host: HostOptions, offline: boolean): Promise<Checklist> {
  const { checks } = await examine({ ...host, offline });
  const of = (step: Step["step"]) => checks.filter(({ id }) => stepOf(id, state) === step);
  const steps = [
    stepFrom("machine", of("machine")),
    agentStep(state, of("agent")),
    channelsStep(state, of("channels")),
  ];
  return { ok: steps.every(({ ok }) => ok), steps };
}

/** What a gateway that runs has to say is no matter of setting up. */
function stepOf(id: string, { plugins }: State): Step["step"] | undefined {
  const [area, name] = id.split(".");
  if (area === "account") return "channels";
  if (area === "agent") return "agent";
  if (area === "gateway") return undefined;
  if (area !== "plugin") return "machine";
  return plugins.channels().some(({ manifest }) => manifest.id === name) ? "channels" : "agent";
}

function stepFrom(
  step: Step["step"],
  checks: readonly Check[],
  missing: readonly Missing[] = checks.flatMap(missingOf),
): Step {
  const facts = checks.filter(({ level }) => level === "ok").map(({ detail }) => detail);
  return { step, ok: missing.length === 0, facts, missing };
}

function missingOf({ level, detail, hint }: Check): readonly Missing[] {
  return level === "fail" ? [{ what: detail, hint: hint ?? null, commands: commandsIn(hint ?? "") }] : [];
}

function commandsIn(hint: string): readonly string[] {
  return [...hint.matchAll(/`(loong [^`]+)`/gu)].map(([, line = ""]) => line);
}

function agentStep(state: State, checks: readonly Check[]): Step {
  const { use } = state.config.agent;
  const manifest = state.plugins.agents().find((record) => record.manifest.id === use)?.manifest;
  const empty = manifest === undefined ? undefined : emptyTable(state, manifest);
  if (empty === undefined) return stepFrom("agent", checks);
  const what = `There is no entry under ${empty.key} yet: ${empty.label}.`;
  return stepFrom("agent", checks, [{ what, hint: "Or run `loong setup`.", commands: entryCommands(empty) }]);
}

function emptyTable(state: State, manifest: AgentManifest) {
  return entryTables(manifest).find((table) => entriesOf({ state }, table).length === 0);
}

function channelsStep(state: State, checks: readonly Check[]): Step {
  const isServed = state.config.accounts.some(({ enabled }) => enabled);
  if (isServed) return stepFrom("channels", checks);
  const missing = state.plugins.channels().map(({ manifest }) => ({
    what: `${manifest.label} is not configured.`,
    hint: `Or run \`loong configure --section channels.${manifest.id}\`.`,
    commands: accountCommands(manifest),
  }));
  const none: Missing = { what: "No channel is installed.", hint: "`loong plugins list` shows what is.", commands: [] };
  return stepFrom("channels", checks, missing.length === 0 ? [none] : missing);
}

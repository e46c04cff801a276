import { isLoongError } from "@loong/sdk";
import type { Cli, JsonOption } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { accountSection } from "../form/account-section.ts";
import { type Desk, type DeskOptions, openDesk } from "../form/desk.ts";
import { entriesOf, entryInUse, entrySection, entryTables } from "../form/entry-section.ts";
import { fillSection } from "../form/fill.ts";
import { openPrompts, type Prompts } from "../form/prompts.ts";
import { channelChoices } from "../form/sections.ts";
import { readGatewayStatus } from "../gateway-report.ts";
import { hostOptions } from "../host-options.ts";
import { listMissing } from "./setup-missing.ts";

interface SetupOptions extends DeskOptions, JsonOption {
  readonly nonInteractive?: boolean;
}

/** Leads through the first steps at a terminal. Without one, exits 1 while something is missing. */
export async function setup(cli: Cli, options: SetupOptions): Promise<ExitCode> {
  if (options.json === true || options.nonInteractive === true) return listMissing(cli, options);
  const prompts = await openPrompts(cli, "setup");
  try {
    prompts.begin("Loong setup");
    await showMachine(cli, options, prompts);
    const desk = await openDesk(cli, options, prompts);
    await setUpChannels(await setUpAgent(desk));
    prompts.end(await nextSteps(desk));
    return exitCodes.ok;
  } catch (error) {
    if (!isLoongError(error) || error.code !== "CLI_CANCELLED") throw error;
    prompts.end("Stopped. What was saved stays; `loong setup` goes on from there.");
    return exitCodes.notHealthy;
  }
}

/** Makes the state directory and its permissions right, and says what else is wrong with this machine. */
async function showMachine(cli: Cli, options: SetupOptions, prompts: Prompts): Promise<void> {
  const { examine } = await import("@loong/host/doctor");
  const { checks } = await examine({ ...hostOptions(cli, options), fix: true, offline: true });
  const machine = checks.filter(({ id }) => /^(?:node|state|disk|config)\./u.test(id));
  for (const { level, detail, hint = "" } of machine.filter((check) => check.level !== "ok"))
    prompts.say(level === "fail" ? "bad" : "warn", `${detail}\n${hint}`);
}

/** @returns the desk as it is afterwards. */
async function setUpAgent(desk: Desk): Promise<Desk> {
  const { prompts, state } = desk;
  const { manifest } = state.plugins.agent(state.config.agent.use);
  const [table] = entryTables(manifest);
  if (table === undefined) {
    prompts.say("info", `The agent "${manifest.label}" answers. It needs no settings.`);
    return desk;
  }
  const entries = entriesOf(desk, table);
  if (entries.length > 0 && !(await wantsChange(desk, table.label, entries, entryInUse(desk, table)))) return desk;
  await fillSection(await entrySection(desk, table), desk);
  return desk.afresh();
}

async function wantsChange(
  { prompts }: Desk,
  label: string,
  entries: readonly string[],
  inUse: string | undefined,
): Promise<boolean> {
  const answer = await prompts.choose({
    message: `${label}: ${entries.map((id) => (id === inUse ? `${id} (in use)` : id)).join(", ")}`,
    choices: [
      { value: "keep", label: "Keep it as it is" },
      { value: "change", label: "Change one or add another" },
    ],
  });
  return answer === "change";
}

async function setUpChannels(first: Desk): Promise<void> {
  const choices = channelChoices(first);
  if (choices.length === 0) {
    first.prompts.say("warn", "No channel is installed. `loong plugins install <package>` adds one.");
    return;
  }
  const shown = choices.map(({ value, label, hint }) => ({ value, label: `${label} (${hint})` }));
  const message = "Which channels do you want to set up or change? Space chooses, Enter goes on";
  let desk = first;
  for (const channel of await first.prompts.chooseSome({ message, choices: shown })) {
    await fillSection(await accountSection(desk, channel), desk);
    desk = await desk.afresh();
  }
}

async function nextSteps({ state }: Desk): Promise<string> {
  const { running } = await readGatewayStatus(state.paths);
  const start = running
    ? "The running gateway takes changes over by itself."
    : "loong gateway run             starts the gateway";
  return [
    "Next:",
    "loong doctor                  checks everything",
    'loong ask --message "hello"   asks the agent',
    start,
  ].join("\n   ");
}

import { resolve } from "node:path";
import type { Cli, JsonOption } from "../cli-context.ts";
import { cliErrors } from "../errors.ts";
import { openPrompts } from "../form/prompts.ts";
import { type ChannelNames, idFault, labelFault, packageNameFault, suggestedId, suggestedLabel } from "./names.ts";
import { DEFAULT_TRANSPORT, type Transport, transportNames, transports } from "./transports.ts";

/** The channel that is to be made, and where. */
export interface Wishes extends ChannelNames {
  readonly transport: Transport;
  /** Absolute. */
  readonly directory: string;
}

export interface WishOptions extends JsonOption {
  readonly id?: string;
  readonly label?: string;
  readonly transport?: Transport;
  readonly directory?: string;
  readonly yes?: boolean;
}

/** What was not said is asked at a terminal, and otherwise made of what was said. @throws CLI_CREATE_… */
export async function gatherWishes(cli: Cli, options: WishOptions, name: string | undefined): Promise<Wishes> {
  const isTerminal = cli.stdin.isTTY && cli.output.stderr.isTTY === true;
  const isAsking = isTerminal && options.yes !== true && options.json !== true;
  return checked(isAsking ? await ask(cli, options, name) : presume(options, name));
}

/** @throws CLI_CREATE_UNNAMED */
function presume({ id, label, transport = DEFAULT_TRANSPORT, directory }: WishOptions, name = id): Wishes {
  if (name === undefined) throw cliErrors.CLI_CREATE_UNNAMED([]);
  const chosenId = id ?? suggestedId(name);
  return {
    packageName: name,
    id: chosenId,
    label: label ?? suggestedLabel(chosenId),
    transport,
    directory: resolve(directory ?? folderOf(name)),
  };
}

async function ask(cli: Cli, options: WishOptions, name: string | undefined): Promise<Wishes> {
  const prompts = await openPrompts(cli, "plugins create");
  prompts.begin("A new channel");
  const text = (message: string, initial: string, check: (typed: string) => string | undefined) =>
    prompts.text({ message, initial, check });
  const packageName = name ?? (await text("Name on npm", "my-channel", packageNameFault));
  const id =
    options.id ?? (await text("Id, as in `channels.ID` of a configuration", suggestedId(packageName), idFault));
  const label = options.label ?? (await text("Name for people", suggestedLabel(id), labelFault));
  const transport =
    options.transport ??
    (await prompts.choose({
      message: "How do messages come in?",
      choices: transportNames.map((value) => ({ value, label: `${value}: ${transports[value]}` })),
      initial: DEFAULT_TRANSPORT,
    }));
  return { packageName, id, label, transport, directory: resolve(options.directory ?? folderOf(packageName)) };
}

function folderOf(packageName: string): string {
  return packageName.split("/").at(-1) ?? packageName;
}

function checked(wishes: Wishes): Wishes {
  const { packageName, id, label } = wishes;
  const faults = [packageNameFault(packageName), idFault(id), labelFault(label)];
  const named = [packageName, id, label];
  for (const [index, fault] of faults.entries())
    if (fault !== undefined) throw cliErrors.CLI_CREATE_NAME([named[index] ?? "", fault]);
  return wishes;
}

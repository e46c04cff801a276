import type { Command } from "commander";
import type { Run } from "../program/run.ts";
import { addVerb } from "../program/verb.ts";
import { addSendOptions, addServeOptions } from "./channels.ts";

/** A channel as its manifest names it. */
export interface ChannelName {
  /** The id or an alias. */
  readonly name: string;
  readonly label: string;
  readonly serves: boolean;
}

/** `<channel>-send`, `<channel>-serve`, `<channel> send` and `<channel> serve`, for every name of every channel. */
export function defineChannelVerbs(program: Command, run: Run, channels: readonly ChannelName[]): void {
  const taken = new Set(program.commands.map((command) => command.name()));
  for (const channel of channels.filter(({ name }) => !taken.has(name))) {
    const group = program
      .command(channel.name)
      .description(`Send through and serve ${channel.label}.`)
      .helpGroup(GROUP);
    defineSend(group, "send", channel, run);
    defineSend(program, `${channel.name}-send`, channel, run);
    if (!channel.serves) continue;
    defineServe(group, "serve", channel, run);
    defineServe(program, `${channel.name}-serve`, channel, run);
  }
}

const GROUP = "Installed channels:";

function defineSend(parent: Command, verb: string, { name, label }: ChannelName, run: Run): void {
  const command = addVerb(parent, verb, {
    summary: `send one message through ${label}`,
    examples: [`loong ${name}-send --target TARGET --text "hello"`],
  });
  addSendOptions(command)
    .helpGroup(GROUP)
    .action(run(async () => (await import("../actions/send.ts")).sendThroughNamed(name)));
}

function defineServe(parent: Command, verb: string, { name, label }: ChannelName, run: Run): void {
  const command = addVerb(parent, verb, {
    summary: `serve one account of ${label} until Ctrl-C`,
    examples: [`loong ${name}-serve`, `loong ${name}-serve --account work`],
  });
  addServeOptions(command)
    .helpGroup(GROUP)
    .action(run(async () => (await import("../actions/serve.ts")).serveNamed(name)));
}

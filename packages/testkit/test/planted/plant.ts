import {
  type Channel,
  type ChannelPlugin,
  type FailureOutcome,
  type Inbound,
  LoongError,
  isLoongError,
  manifestOf,
} from "@loong/sdk";
import type { ChannelCaseName } from "../../src/channel/case-names.ts";
import type { ChannelConformanceOptions } from "../../src/channel/harness.ts";
import {
  type MemoryAccount,
  type MemoryChannelOptions,
  createMemoryChannel,
} from "../../src/memory-channel/channel.ts";

export type Options = ChannelConformanceOptions<MemoryAccount>;

/** One thing that is wrong with a channel which is right in everything else. */
export interface PlantedFault {
  /** Ends the sentence "the suite finds a channel …". */
  readonly what: string;
  /** The one case that must fail. */
  readonly fails: ChannelCaseName;
  /** The channel that the fault is planted in; `overConnection` unless told. */
  readonly into?: MemoryChannelOptions;
  plant(options: Options): Options;
}

/** Has every ability, so that no case of a connection leaves itself out. */
export const overConnection: MemoryChannelOptions = {
  idempotencyWindowMs: 3_600_000,
  previewIntervalMs: 10,
  typing: true,
};
export const overWebhook: MemoryChannelOptions = { ...overConnection, inbound: "webhook" };

/** A channel without a fault, and a platform of its own. */
export function soundChannel(how: MemoryChannelOptions): Options {
  const memory = createMemoryChannel(how);
  return { plugin: memory.plugin, manifest: manifestOf(memory.plugin), harness: async () => memory };
}

type Plant = PlantedFault["plant"];

/** The plugin says something else of itself, and its manifest says the same. */
export function plugin(change: Partial<ChannelPlugin<MemoryAccount>>): Plant {
  return (options) => {
    const changed = { ...options.plugin, ...change };
    return { ...options, plugin: changed, manifest: manifestOf(changed) };
  };
}

/** Something else happens in the channels that it opens. What `plan` closes over is the whole process. */
export function channel(plan: () => (channel: Channel) => Partial<Channel>): Plant {
  return (options) => {
    const change = plan();
    const open: ChannelPlugin<MemoryAccount>["open"] = (account, host) => {
      const sound = options.plugin.open(account, host);
      return { ...sound, ...change(sound) };
    };
    return { ...options, plugin: { ...options.plugin, open } };
  };
}

export function send(plan: () => (send: Channel["send"]) => Channel["send"]): Plant {
  return channel(() => {
    const change = plan();
    return (sound) => ({ send: change((message, signal) => sound.send(message, signal)) });
  });
}

/** Something else happens between the channel and the gateway. */
export function inbound(plan: () => (inbound: Inbound) => Partial<Inbound>): Plant {
  return channel(() => {
    const change = plan();
    return (sound) => ({
      serve: async (into, signal) => sound.serve?.({ ...into, ...change(into) }, signal),
    });
  });
}

/** Calls the error of that code another outcome. */
export function mistaken(code: string, outcome: FailureOutcome): (error: unknown) => never {
  return (error) => {
    if (!isLoongError(error) || error.code !== code) throw error;
    throw new LoongError(code, error.message, { hint: error.hint ?? "", outcome });
  };
}

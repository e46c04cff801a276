import type { Command } from "commander";
import type { Run } from "./run.ts";

/** One word after `loong`. */
export interface Verb {
  readonly name: string;
  readonly summary: string;
  readonly group: string;
  /** What the bare verb means: `loong channels` is `loong channels list`. */
  readonly bare?: string;
  /** Loads the words, options and help of this verb. */
  readonly load: () => Promise<DefineVerb>;
}

type DefineVerb = (program: Command, run: Run) => void;

const FIRST = "First steps:";
const TALK = "Channels and messages:";
const GATEWAY = "Gateway:";
const SET_UP = "Configuration and plugins:";
export const MORE = "More:";

/** Every verb but those that installed channels add. */
export const verbs: readonly Verb[] = [
  {
    name: "setup",
    summary: "the first steps: a model provider, then channels",
    group: FIRST,
    load: async () => (await import("../commands/setup.ts")).defineSetup,
  },
  {
    name: "status",
    summary: "gateway, channels, queues, agent and what to do next",
    group: FIRST,
    load: async () => (await import("../commands/status.ts")).defineStatus,
  },
  {
    name: "doctor",
    summary: "check the configuration, the agent and every channel",
    group: FIRST,
    load: async () => (await import("../commands/doctor.ts")).defineDoctor,
  },
  {
    name: "ask",
    summary: "ask the agent once and print its answer",
    group: FIRST,
    load: async () => (await import("../commands/ask.ts")).defineAsk,
  },
  {
    name: "channels",
    summary: "list, check, send through and serve channels",
    group: TALK,
    bare: "list",
    load: async () => (await import("../commands/channels.ts")).defineChannels,
  },
  {
    name: "message",
    summary: "send a message",
    group: TALK,
    load: async () => (await import("../commands/message.ts")).defineMessage,
  },
  {
    name: "messages",
    summary: "messages that wait or did not end well: list, retry, drop",
    group: TALK,
    bare: "list",
    load: async () => (await import("../commands/messages.ts")).defineMessages,
  },
  {
    name: "pairing",
    summary: "who may talk in private: list, approve, reject, revoke",
    group: TALK,
    bare: "list",
    load: async () => (await import("../commands/pairing.ts")).definePairing,
  },
  {
    name: "gateway",
    summary: "run the gateway, see how it is, stop it, install it as a service",
    group: GATEWAY,
    load: async () => (await import("../commands/gateway.ts")).defineGateway,
  },
  {
    name: "backup",
    summary: "copy everything the gateway remembers, and put a copy back",
    group: GATEWAY,
    load: async () => (await import("../commands/backup.ts")).defineBackup,
  },
  {
    name: "logs",
    summary: "what the gateway wrote",
    group: GATEWAY,
    load: async () => (await import("../commands/logs.ts")).defineLogs,
  },
  {
    name: "configure",
    summary: "fill in a channel, a model provider or the gateway, step by step",
    group: SET_UP,
    load: async () => (await import("../commands/configure.ts")).defineConfigure,
  },
  {
    name: "config",
    summary: "read and change the configuration",
    group: SET_UP,
    load: async () => (await import("../commands/config.ts")).defineConfig,
  },
  {
    name: "plugins",
    summary: "installed channels and agents",
    group: SET_UP,
    bare: "list",
    load: async () => (await import("../commands/plugins.ts")).definePlugins,
  },
  {
    name: "security",
    summary: "look for what makes this installation less safe than it could be",
    group: SET_UP,
    bare: "audit",
    load: async () => (await import("../commands/security.ts")).defineSecurity,
  },
  {
    name: "runtime",
    summary: "the models the agent can use",
    group: SET_UP,
    load: async () => (await import("../commands/models.ts")).defineRuntime,
  },
  {
    name: "list-models",
    summary: "the same as `runtime models list`",
    group: SET_UP,
    load: async () => (await import("../commands/models.ts")).defineListModels,
  },
  {
    name: "dev",
    summary: "local stand-ins for platforms and model providers",
    group: MORE,
    load: async () => (await import("../commands/dev.ts")).defineDev,
  },
  {
    name: "completion",
    summary: "shell completion for zsh, bash, fish and PowerShell",
    group: MORE,
    load: async () => (await import("../commands/completion.ts")).defineCompletion,
  },
];

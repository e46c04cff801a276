import { defineErrors } from "@loong/sdk";

const install = (packageName: string) => `\`loong plugins install ${packageName}\``;
const switchOff = (id: string) => `\`loong config set plugins.entries.${id}.enabled false\``;

/** Errors of the host that no folder of its own throws alone. */
export const hostErrors = defineErrors({
  // Plugins: what is wrong with a package.
  PLUGIN_MANIFEST_INVALID: {
    message: (packageName: string, fault: string) =>
      `The "loong" block in package.json of ${packageName} is not valid: ${fault}.`,
    hint: (packageName: string) =>
      `Build the package again so the block is made from its code, or install another version: ${install(packageName)}.`,
  },
  PLUGIN_CONTRACT_INVALID: {
    message: (packageName: string, range: string | undefined, offered: string) =>
      range === undefined
        ? `${packageName} does not say which plugin contract it was written for; this Loong offers ${offered}.`
        : `${packageName} asks for the plugin contract "${range}", which is no version range; this Loong offers ${offered}.`,
    hint: (packageName: string) =>
      `Build the package again so the \`loong\` block is made from its code, or install another version: ${install(packageName)}.`,
  },
  PLUGIN_CONTRACT_TOO_OLD: {
    message: (packageName: string, wanted: string, offered: string) =>
      `${packageName} was written for plugin contract ${wanted}; this Loong offers ${offered}.`,
    hint: (packageName: string) => `Install a newer version: ${install(`${packageName}@latest`)}.`,
  },
  PLUGIN_CONTRACT_TOO_NEW: {
    message: (packageName: string, wanted: string, offered: string) =>
      `${packageName} needs plugin contract ${wanted}; this Loong offers only ${offered}.`,
    hint: "Update Loong (`npm install -g @loong/cli@latest`), or install an older version of the plugin.",
  },
  PLUGIN_DUPLICATE_ID: {
    message: (packageName: string, id: string, winner: string) =>
      `${packageName} is not used: "${id}" already belongs to ${winner}.`,
    hint: (packageName: string) =>
      `Keep one of the two: \`loong plugins uninstall ${packageName}\`, or take it out of plugins.paths.`,
  },
  PLUGIN_NO_ENTRY: {
    message: (packageName: string, entry: string) => `${packageName} has no main module: ${entry} does not exist.`,
    hint: "Build the package, or correct `exports` in its package.json.",
  },
  PLUGIN_PATH_EMPTY: {
    message: (path: string) => `plugins.paths names ${path}, which holds no plugin.`,
    hint: "Name a folder whose package.json has a `loong` block: `loong config set plugins.paths …`.",
  },
  PLUGIN_NOT_FOUND: {
    message: (kind: string, id: string, known: string) => `There is no ${kind} "${id}". ${known}`,
    hint: `\`loong plugins list\` shows what is there; ${install("<package>")} adds one.`,
  },
  PLUGIN_IMPORT_FAILED: {
    message: (packageName: string, fault: string, place: string, _id: string) =>
      `${packageName} failed while it was loaded: ${fault}${place === "" ? "" : ` (${place})`}.`,
    hint: (packageName: string, _fault: string, _place: string, id: string) =>
      `Update it (${install(`${packageName}@latest`)}) or switch it off (${switchOff(id)}).`,
  },
  PLUGIN_IMPORT_TIMEOUT: {
    message: (packageName: string, timeoutMs: number, _id: string) =>
      `${packageName} was not loaded after ${timeoutMs} ms.`,
    hint: (_packageName: string, _timeoutMs: number, id: string) =>
      `A plugin does no work while it is loaded. Switch it off: ${switchOff(id)}.`,
  },
  PLUGIN_EXPORT_INVALID: {
    message: (packageName: string, kind: string) =>
      `The default export of ${packageName} is not the ${kind} that its package.json promises.`,
    hint: "The main module ends with `export default defineChannel({ … })` or `export default defineAgent({ … })`.",
  },
  PLUGIN_MANIFEST_STALE: {
    message: (packageName: string, keys: string) =>
      `package.json of ${packageName} does not describe its code, which says otherwise of ${keys}.`,
    hint: "Build the package again so the `loong` block is made from its code with `manifestOf`; the conformance suite compares the two.",
  },

  // One owner for each state directory.
  GATEWAY_ALREADY_RUNNING: {
    message: (pid: number | undefined, configPath: string | undefined) =>
      `A gateway already runs${pid === undefined ? "" : ` as process ${pid}`}${configPath === undefined ? "" : ` with ${configPath}`}.`,
    hint: "See it with `loong gateway status`, stop it with `loong gateway stop`, or use another state directory (LOONG_HOME).",
  },
  GATEWAY_LOCK_UNUSABLE: {
    message: (path: string, fault: string) => `The lock ${path} cannot be taken: ${fault}.`,
    hint: (path: string) =>
      `Check that the folder is on a local disk and yours to write; if no gateway runs, remove ${path}.`,
  },
  HOST_DIRECTORY_UNSAFE: {
    message: (path: string, fault: string) => `${path} is not a safe place for state: ${fault}.`,
    hint: (path: string) =>
      `It must be a folder of yours that nobody else can enter: \`chmod 700 ${path}\`, or choose another LOONG_HOME.`,
  },
  HOST_WRITABLE_BY_ALL: {
    message: (path: string) => `Everybody on this machine may change ${path}: it is not safe to run what it says.`,
    hint: (path: string) => `Run \`chmod go-rwx ${path}\`, or let \`loong doctor --fix\` do it.`,
  },

  // The control socket.
  CONTROL_UNREACHABLE: {
    message: (socketPath: string) => `No gateway answers at ${socketPath}.`,
    hint: "Start one with `loong gateway run`.",
    outcome: "not-sent",
  },
  CONTROL_TIMEOUT: {
    message: (call: string, timeoutMs: number) => `The gateway did not answer \`${call}\` within ${timeoutMs} ms.`,
    hint: "See what it is doing with `loong logs` and `loong gateway status`.",
    outcome: "unknown",
  },
  CONTROL_LOST: {
    message: (call: string) => `The gateway went away before it had answered \`${call}\`.`,
    hint: "See why with `loong gateway status` and `loong logs`.",
    outcome: "unknown",
  },
  CONTROL_SOCKET_UNUSABLE: {
    message: (socketPath: string, fault: string) => `The control socket ${socketPath} cannot be opened: ${fault}.`,
    hint: "Check that the folder is yours to write, or choose another LOONG_HOME.",
  },
  CONTROL_ROUTE_UNKNOWN: {
    message: (method: string, path: string) => `The gateway knows no ${method} ${path}.`,
    hint: "The command and the gateway may be of different versions: `loong gateway stop`, then `loong gateway run`.",
  },
  CONTROL_REQUEST_INVALID: {
    message: (call: string, fault: string) => `The request \`${call}\` is not valid: ${fault}.`,
    hint: "The command and the gateway may be of different versions: `loong gateway stop`, then `loong gateway run`.",
    outcome: "rejected",
  },
  CONTROL_BODY_TOO_LARGE: {
    message: (maxBytes: number) => `A request to the gateway holds at most ${maxBytes} bytes.`,
    hint: "Send long content as a file: `loong message send --file PATH`.",
    outcome: "rejected",
  },
  CONTROL_FAILED: {
    message: (call: string) => `The gateway failed at \`${call}\`.`,
    hint: "`loong logs` has the reason.",
    outcome: "unknown",
  },

  // Starting the gateway.
  GATEWAY_PORT_TAKEN: {
    message: (host: string, port: number, reason: string) =>
      reason === "EACCES"
        ? `Port ${port} on ${host} is not open to this user.`
        : `Port ${port} on ${host} is taken by another program.`,
    hint: "Choose another one with --port or `loong config set gateway.port …`; `loong gateway status` tells whether a gateway of yours has it.",
  },
  GATEWAY_BIND_INVALID: {
    message: (host: string, reason: string) => `The gateway cannot listen on ${host}: ${reason}.`,
    hint: "Set gateway.bind to an address of this machine: `loong config set gateway.bind 127.0.0.1`.",
  },
  GATEWAY_CONFIG_UNUSABLE: {
    message: (fault: string, _hint: string) => fault,
    hint: (_fault: string, hint: string) => hint,
  },
  GATEWAY_SELECTOR_SYNTAX: {
    message: (selector: string, fault: string) => `--channel-account ${JSON.stringify(selector)} ${fault}.`,
    hint: "Write CHANNEL=ACCOUNT; `loong channels` shows both.",
  },
  GATEWAY_SELECTOR_CHANNEL: {
    message: (channel: string, known: string) => `There is no channel "${channel}" to serve. ${known}`,
    hint: `\`loong channels\` shows what is installed; ${install("<package>")} adds a channel.`,
  },
  GATEWAY_SELECTOR_OUTBOUND: {
    message: (channel: string, servable: string) =>
      `Channel "${channel}" only sends, so the gateway cannot serve it. ${servable}`,
    hint: (channel: string) =>
      `Take it out of the selection and use \`loong channels send ${channel} …\`; a running gateway sends through it too.`,
  },
  GATEWAY_SELECTOR_TWICE: {
    message: (channel: string, first: string, second: string) =>
      `Channel "${channel}" is selected twice: ${first} and ${second}.`,
    hint: "Name each channel once. To serve all its accounts, leave the selector out.",
  },
  GATEWAY_SELECTOR_DISABLED: {
    message: (channel: string, account: string, _configPath: string) =>
      `Account "${account}" of channel "${channel}" is disabled.`,
    hint: (_channel: string, _account: string, configPath: string) =>
      `Run \`loong config set ${configPath}.enabled true\`, or leave the selector out.`,
  },
  GATEWAY_SELECTOR_ACCOUNT: {
    message: (channel: string, account: string, known: string) =>
      `Channel "${channel}" has no account "${account}". ${known}`,
    hint: (channel: string, account: string) =>
      `Choose one that is there, or add channels.${channel}.accounts.${account} with \`loong config set\`.`,
  },
  GATEWAY_SELECTOR_UNNAMED: {
    message: (channel: string, account: string, _remedy: string) =>
      `Channel "${channel}" has a single account without a name, so "${account}" cannot be selected.`,
    hint: (_channel: string, _account: string, remedy: string) => remedy,
  },
  GATEWAY_CHANNEL_UNCONFIGURED: {
    message: (channel: string) => `Channel "${channel}" has no account to serve.`,
    hint: (channel: string) =>
      `Set it up with \`loong config set channels.${channel}.…\`; \`loong config schema\` shows the keys.`,
  },
  GATEWAY_RESTART_UNSUPPORTED: {
    message: "This gateway cannot start itself again.",
    hint: "Stop it with `loong gateway stop` and start it as you started it.",
  },

  // The gateway as a service of the system.
  SERVICE_UNSUPPORTED: {
    message: (platform: string) => `Services of ${platform} are not known here.`,
    hint: "Let a supervisor of your own run `loong gateway run`; exit codes 2 and 78 mean that starting again will not help.",
  },
  SERVICE_MANAGER_MISSING: {
    message: (program: string) => `\`${program}\` is not there, so nothing can be installed as a service.`,
    hint: "Let another supervisor run `loong gateway run`; `loong gateway install --print` shows what it has to do.",
  },
  SERVICE_COMMAND_FAILED: {
    message: (line: string, lastWords: string) => `\`${line}\` failed: ${lastWords}`,
    hint: "Mend what it names and run the command again; `loong gateway install --dry-run` shows every step.",
  },
  SERVICE_FILE_FOREIGN: {
    message: (file: string) => `${file} was not written by \`loong gateway install\`.`,
    hint: "Move it away, or give --force to do without it.",
  },

  // Accounts.
  HOST_ACCOUNT_UNUSABLE: {
    message: (configPath: string, fault: string, _hint: string) =>
      `The configuration of ${configPath} is wrong: ${fault}`,
    hint: (_configPath: string, _fault: string, hint: string) =>
      `${hint} See all of it with \`loong config validate\`.`,
    outcome: "rejected",
  },
  HOST_ACCOUNT_NOT_SERVING: {
    message: (channel: string, account: string) =>
      `Account "${account}" of "${channel}" has neither a connection nor a webhook to receive with.`,
    hint: `The plugin says it serves and does not: update it with ${install("<package>@latest")}, or disable the account.`,
  },
  HOST_ACCOUNT_REFUSED: {
    message: (channel: string, account: string) => `The platform refuses account "${account}" of "${channel}".`,
    hint: (channel: string) =>
      `Correct its credentials with \`loong config set channels.${channel}.…\`, then look at \`loong channels status --probe\`.`,
    outcome: "bad-credentials",
  },
  HOST_ACCOUNT_GONE: {
    message: (channel: string, account: string) => `There is no account "${account}" of "${channel}" that is enabled.`,
    hint: (channel: string) => `Enable it with \`loong config set channels.${channel}.enabled true\`.`,
    outcome: "rejected",
  },
  HOST_PROBE_FAILED: {
    message: (plugin: string, fault: string) => `The plugin ${plugin} failed to check the account (${fault}).`,
    hint: "`loong logs` has the details; `loong plugins doctor` looks at the plugin itself.",
  },
  HOST_PLUGIN_DISABLED: {
    message: (id: string) => `The plugin "${id}" is switched off.`,
    hint: (id: string) => `Switch it on with \`loong config set plugins.entries.${id}.enabled true\`.`,
    outcome: "rejected",
  },
  HOST_AGENT_NO_MODELS: {
    message: (id: string) => `The agent "${id}" has no models to choose among.`,
    hint: "Set agent.use to an agent that has: `loong config set agent.use llm`.",
  },

  // Webhooks.
  HTTP_PATH_TAKEN: {
    message: (path: string, owner: string, other: string) =>
      `The webhook path ${path} of ${other} belongs to ${owner}.`,
    hint: "Give one of the two another webhookPath with `loong config set`.",
  },
  HTTP_PATH_INVALID: {
    message: (path: string, name: string) => `${name} cannot have the webhook path "${path}".`,
    hint: "Set webhookPath to a path of its own that begins with a slash and is no path of the gateway's: `/channel/events`.",
  },
  HTTP_BIND_INVALID: {
    message: (bind: string) => `"${bind}" is no address to listen on.`,
    hint: 'Set webhookBind to host and port, as in "127.0.0.1:8080", or remove it to use the gateway\'s own port.',
  },
  HTTP_BIND_TAKEN: {
    message: (bind: string, reason: string) => `Nothing can be served on ${bind}: ${reason}.`,
    hint: "Set webhookBind to a free port, or remove it to use the gateway's own.",
  },

  PLUGIN_MODIFIED: {
    message: (packageName: string, breach: string, _spec: string) =>
      `${packageName} is not loaded, because it is not as it was installed: ${breach}.`,
    hint: (_packageName: string, _breach: string, spec: string) =>
      `If it was not you, find out who it was. \`loong plugins install ${spec}\` puts it right.`,
  },
  PLUGIN_MISSING: {
    message: (packageName: string, directory: string, _spec: string) =>
      `${packageName} is installed, but ${directory} is not there.`,
    hint: (packageName: string, _directory: string, spec: string) =>
      `Bring it back with \`loong plugins install ${spec}\`, or forget it with \`loong plugins uninstall ${packageName}\`.`,
  },
  PLUGIN_NOT_INSTALLED: {
    message: (id: string, nearest: string | undefined, known: string) =>
      `No plugin "${id}" was installed with \`loong plugins install\`.${nearest === undefined ? "" : ` Did you mean "${nearest}"?`}${known === "" ? "" : ` Installed: ${known}.`}`,
    hint: "`loong plugins list` shows what is there and where it came from.",
  },
});

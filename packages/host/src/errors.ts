import { defineErrors } from "@loong/sdk";

const install = (packageName: string) => `\`loong plugins install ${packageName}\``;
const switchOff = (id: string) => `\`loong config set plugins.entries.${id}.enabled false\``;

/** Every error this package throws. */
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
      `package.json of ${packageName} does not describe its code: ${keys} differ.`,
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
    message: (place: string, fault: string, _hint: string) => `${place}: ${fault}`,
    hint: (_place: string, _fault: string, hint: string) => hint,
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

  // Installing plugins.
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
  INSTALL_SPEC_INVALID: {
    message: (spec: string, fault: string) => `"${spec}" cannot be installed: ${fault}.`,
    hint: "Give a package name (`@acme/horn`, `@acme/horn@1.2.0`), a folder (`./horn`) or a tarball (`./horn-1.2.0.tgz`) to `loong plugins install`.",
  },
  INSTALL_BUSY: {
    message: "Another install is at work.",
    hint: "Let it end, or answer its question; then run `loong plugins install` again.",
  },
  INSTALL_LOCK_INVALID: {
    message: (file: string) => `${file} cannot be read, so it is not known which plugins are installed.`,
    hint: (file: string) =>
      `Restore ${file} from a backup, or remove it and run \`loong plugins install\` for each plugin.`,
  },
  INSTALL_REGISTRY_INVALID: {
    message: (address: string) => `"${address}" is no address of a registry.`,
    hint: "Set npm_config_registry, or `registry` in ~/.npmrc, to an http or https address without a password.",
  },
  INSTALL_REGISTRY_UNREACHABLE: {
    message: (address: string, reason: string) => `The registry ${address} does not answer (${reason}).`,
    hint: "Check the network, or name another registry: npm_config_registry=… `loong plugins install …`.",
  },
  INSTALL_REGISTRY_ANSWER: {
    message: (address: string, packageName: string, fault: string) =>
      `The registry ${address} gave no usable answer about ${packageName}: ${fault}.`,
    hint: "Try again later, or name another registry: npm_config_registry=… `loong plugins install …`.",
  },
  INSTALL_PACKAGE_UNKNOWN: {
    message: (packageName: string, address: string, nearest: string | undefined) =>
      `There is no package ${packageName} at ${address}.${nearest === undefined ? "" : ` Did you mean ${nearest}?`}`,
    hint: (_packageName: string, _address: string, nearest: string | undefined) =>
      nearest === undefined
        ? "Check the name. For a folder write `loong plugins install ./name`."
        : `Run \`loong plugins install ${nearest}\` if that is it.`,
  },
  INSTALL_NAME_DECEPTIVE: {
    message: (packageName: string, twin: string) => `${packageName} reads like ${twin}, and is not it.`,
    hint: (packageName: string, twin: string) =>
      `Run \`loong plugins install ${twin}\`. If you do mean the other: \`npm pack ${packageName}\`, then \`loong plugins install ./<file>.tgz\`.`,
  },
  INSTALL_NAME_NEAR: {
    message: (packageName: string, twin: string) =>
      `The name ${packageName} is very near to ${twin}, which is here already.`,
    hint: (_packageName: string, twin: string) => `If you meant that one: \`loong plugins update ${twin}\`.`,
  },
  INSTALL_VERSION_UNKNOWN: {
    message: (packageName: string, wanted: string, offered: string) =>
      `${packageName} has no version or tag "${wanted}". ${offered}`,
    hint: (packageName: string) => `Leave the version out for the latest: \`loong plugins install ${packageName}\`.`,
  },
  INSTALL_TOO_NEW: {
    message: (packageName: string, version: string, ageHours: number | undefined, _older: string | undefined) =>
      ageHours === undefined
        ? `The registry does not say when ${packageName} ${version} was published.`
        : `${packageName} ${version} is only ${ageHours} hours old. A stolen release is mostly found within three days.`,
    hint: (packageName: string, _version: string, _ageHours: number | undefined, older: string | undefined) =>
      `${older === undefined ? "Wait" : `Run \`loong plugins install ${packageName}@${older}\``}, or give --allow-new if you know this release.`,
  },
  INSTALL_NO_INTEGRITY: {
    message: (packageName: string, version: string) =>
      `The registry gives no sha512 hash of ${packageName} ${version}, so nobody can tell whether the bytes are right.`,
    hint: "Use a registry that gives one, or install a tarball that you trust: `loong plugins install ./<file>.tgz`.",
  },
  INSTALL_DOWNLOAD_FAILED: {
    message: (packageName: string, reason: string) => `The tarball of ${packageName} could not be fetched: ${reason}.`,
    hint: "Run `loong plugins install` again; nothing was changed.",
  },
  INSTALL_TARBALL_TOO_LARGE: {
    message: (name: string, maxBytes: number) => `The tarball of ${name} has more than ${maxBytes} bytes.`,
    hint: "No plugin needs that much; ask its author. `loong plugins pack` shows what goes into a tarball.",
  },
  INSTALL_INTEGRITY_MISMATCH: {
    message: (packageName: string, version: string, promised: string, actual: string) =>
      `The tarball of ${packageName} ${version} is not what the registry promised: ${promised} was expected, ${actual} came.`,
    hint: "Run `loong plugins install` again. If it stays so, the registry or the network between is not to be trusted.",
  },
  INSTALL_PIN_MISMATCH: {
    message: (packageName: string, version: string, pinned: string, actual: string) =>
      `${packageName} ${version} was installed before with other bytes: ${pinned} then, ${actual} now.`,
    hint: "A published version never changes: ask its author, or take another with `loong plugins install <name>@<version>`.",
  },
  INSTALL_TARBALL_UNSAFE: {
    message: (name: string, reason: string) => `The tarball of ${name} is refused: ${reason}.`,
    hint: "Nothing of it was unpacked. Tell its author; `loong plugins pack` makes a tarball that can be installed.",
  },
  INSTALL_TARBALL_BROKEN: {
    message: (name: string, fault: string) => `The tarball of ${name} cannot be read: ${fault}.`,
    hint: "Fetch or build it again; `loong plugins pack` makes one that can be installed.",
  },
  INSTALL_PATH_UNUSABLE: {
    message: (path: string, fault: string) => `${path} cannot be installed: ${fault}.`,
    hint: "Give the folder of a plugin, or its tarball, to `loong plugins install`.",
  },
  INSTALL_PACKAGE_INVALID: {
    message: (name: string, fault: string) => `${name} is no proper package: ${fault}.`,
    hint: "Tell its author; `loong plugins pack` makes a package that can be installed.",
  },
  INSTALL_NOT_A_PLUGIN: {
    message: (name: string) => `${name} is no plugin of Loong: its package.json has no "loong" block.`,
    hint: "Check the name. `loong plugins create` starts a plugin, `loong plugins pack` writes the block.",
  },
  INSTALL_NODE_UNFIT: {
    message: (name: string, wanted: string, actual: string) => `${name} needs Node ${wanted}; this is ${actual}.`,
    hint: (name: string) => `Update Node, or take an older version: \`loong plugins install ${name}@<version>\`.`,
  },
  INSTALL_ID_TAKEN: {
    message: (packageName: string, id: string, owner: string) =>
      `${packageName} calls itself "${id}", and that is the name of ${owner}.`,
    hint: (_packageName: string, _id: string, owner: string) =>
      `One name belongs to one plugin. To change over, run \`loong plugins uninstall ${owner}\` first.`,
  },
  INSTALL_DEPENDENCY_REFUSED: {
    message: (packageName: string, dependency: string, from: string) =>
      `${packageName} depends on ${dependency} from "${from}"; only packages of the registry with a sha512 hash are taken.`,
    hint: "A folder in its own checkout can be linked: `loong plugins install ./folder`. Otherwise tell its author.",
  },
  INSTALL_NPM_MISSING: {
    message: "npm is neither beside this Node nor on PATH, and the plugin has dependencies to fetch.",
    hint: "Install npm, or put it on PATH; then run `loong plugins install` again.",
  },
  INSTALL_NPM_FAILED: {
    message: (verb: string, reason: string) => `\`npm ${verb}\` failed: ${reason}`,
    hint: "Nothing was changed. Mend what it names and run `loong plugins install` again; --allow-new takes dependencies younger than three days.",
  },
  INSTALL_CHECK_DIED: {
    message: (packageName: string, how: string) => `The process that loaded ${packageName} to check it ended: ${how}.`,
    hint: "A plugin does nothing while it is loaded. Tell its author, or take another version with `loong plugins install <name>@<version>`.",
  },
  INSTALL_PUBLISHER_CHANGED: {
    message: (packageName: string, before: string, now: string) =>
      `${packageName} was published by ${before} before and is now by ${now}.`,
    hint: "Make sure that this is meant, or stay with what you have: `loong plugins info` shows it.",
  },
  INSTALL_ORIGIN_UNPROVEN: {
    message: (packageName: string) =>
      `${packageName} calls itself one of Loong's own, but a file proves nothing: it is treated as a stranger's.`,
    hint: (packageName: string) =>
      `Take it from the registry (\`loong plugins install ${packageName}\`), unless you made the file yourself.`,
  },
  INSTALL_CAPABILITIES_GREW: {
    message: (packageName: string, more: string) => `${packageName} can more than the version you have: ${more}.`,
    hint: "Agree only if you expected that; `loong plugins info` shows what the present version can.",
  },
  INSTALL_NATIVE_DEPENDENCY: {
    message: (packageName: string, files: string) => `${packageName} brings code compiled for this machine: ${files}.`,
    hint: "No process of its own holds such code back. `loong plugins install` it only if you trust who made it.",
  },
  INSTALL_DEPRECATED: {
    message: (packageName: string, words: string) =>
      `The author of ${packageName} advises against this version: ${words}`,
    hint: "Look for another version or package before you `loong plugins install` it.",
  },
  INSTALL_SCRIPTS_SKIPPED: {
    message: (packageName: string, scripts: string) =>
      `${packageName} wants to run scripts (${scripts}); they do not run.`,
    hint: "If something is missing afterwards, `loong plugins doctor` says so.",
  },
  INSTALL_PEERS_MISSING: {
    message: (packageName: string, peers: string) =>
      `${packageName} expects ${peers} beside it; nobody installs that here.`,
    hint: "Its author should make them dependencies; `loong plugins doctor` tells whether it loads.",
  },
});

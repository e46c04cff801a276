import { defineErrors } from "@loong/sdk";

/** Every error this package throws. */
export const cliErrors = defineErrors({
  CLI_USAGE: {
    message: (fault: string, _advice: string) => fault,
    hint: (_fault: string, advice: string) => advice,
  },
  CLI_INTERNAL: {
    message: (fault: string) => `loong failed unexpectedly: ${fault}`,
    hint: "Run it again with LOONG_DEBUG=1 to see where, and report it with `loong doctor --json`.",
  },
  CLI_SYSTEM_REFUSED: {
    message: (call: string, reason: string) => `The system refused \`${call}\`: ${reason}.`,
    hint: "Look at the room on the disk and at whose the files are: `loong doctor --offline` does, for LOONG_HOME.",
  },
  CLI_CONTENT_MISSING: {
    message: "There is nothing to send.",
    hint: (textFlag: string) => `Give one of ${textFlag}, --card, --image and --file.`,
  },
  CLI_CONTENT_CONFLICT: {
    message: (first: string, second: string) => `${first} and ${second} cannot go into one message.`,
    hint: "Send them one after the other. Only a card takes text beside it: what is shown where cards are not.",
  },
  CLI_CARD_INVALID: {
    message: (fault: string) => `The card is not valid JSON: ${fault}.`,
    hint: "Write JSON after --card, or name a file that holds it: `--card @card.json`.",
  },
  CLI_FILE_UNREADABLE: {
    message: (path: string, fault: string) => `${path} cannot be read: ${fault}.`,
    hint: "Check the path and that the file is yours to read.",
  },
  CLI_CHANNEL_MISSING: {
    message: "No channel is named.",
    hint: "Name it after the verb: `loong channels send CHANNEL …`, `loong channels serve CHANNEL`; `loong channels` lists them.",
  },
  CLI_CHANNEL_TWICE: {
    message: (first: string, second: string) => `Two channels are named: "${first}" and "${second}".`,
    hint: "Name the channel once.",
  },
  CLI_CHANNEL_AMBIGUOUS: {
    message: (channels: readonly string[]) => `Several channels are configured: ${channels.join(", ")}.`,
    hint: (channels: readonly string[]) => `Say which one: \`--channel ${channels[0] ?? "CHANNEL"}\`.`,
  },
  CLI_NO_CHANNEL_CONFIGURED: {
    message: "No channel is configured and enabled.",
    hint: "Add one with `loong setup`, or `loong configure --section channels.<channel>`; `loong channels` shows what is installed.",
  },
  CLI_ACCOUNT_UNKNOWN: {
    message: (id: string, known: readonly string[]) =>
      `No account is called "${id}". There is ${known.length === 0 ? "none" : known.join(", ")}.`,
    hint: "Name one that `loong channels` shows: `--channel CHANNEL --account ID`.",
  },
  CLI_TARGET_MISSING: {
    message: (channel: string, _flag: string, _form: string) => `Channel "${channel}" needs to know where to.`,
    hint: (_channel: string, flag: string, form: string) => `Say it with ${flag}: ${form}.`,
  },
  CLI_EDITOR_FAILED: {
    message: (editor: string, fault: string) => `The editor \`${editor}\` ${fault}.`,
    hint: "Set VISUAL or EDITOR to the command of an editor that waits until it is closed.",
  },
  CLI_EDIT_REFUSED: {
    message: (count: number, copy: string) =>
      `The edited file has ${count === 1 ? "a problem" : `${count} problems`}, so nothing was changed. Your edit is kept in ${copy}.`,
    hint: (_count: number, copy: string) =>
      `Mend it there, check it with \`loong config validate --config ${copy}\`, or run \`loong config edit\` again.`,
  },
  CLI_EDIT_LOSES_CHANNEL: {
    message: (channels: readonly string[], copy: string) =>
      `The edited file has nothing left of ${channels.join(", ")}, so nothing was changed. Your edit is kept in ${copy}.`,
    hint: "If that is what you want, edit again with `loong config edit --allow-loss`.",
  },
  CLI_EDIT_OVERTAKEN: {
    message: (file: string, copy: string) => `${file} was changed while you edited. Your edit is kept in ${copy}.`,
    hint: "Bring the two together and run `loong config edit` again.",
  },
  CLI_VALUE_COUNT: {
    message: (key: string) => `${key} needs one value.`,
    hint: (key: string) =>
      `Write it after the key, or name the variable that holds it: \`loong config set ${key} --env NAME\`.`,
  },
  CLI_VALUE_INVALID: {
    message: (fault: string) => `The value is not valid JSON: ${fault}.`,
    hint: "Write a JSON object, or name a file that holds it: `@patch.json`.",
  },
  CLI_NEEDS_TERMINAL: {
    message: (verb: string) => `\`loong ${verb}\` asks questions, and this is no terminal.`,
    hint: (verb: string) =>
      verb === "setup"
        ? "See what is missing with `loong setup --non-interactive`, and set it with `loong config set`."
        : "Set the keys one by one with `loong config set channels.CHANNEL.KEY VALUE`; `loong plugins info CHANNEL` lists them.",
  },
  CLI_NEEDS_AGREEMENT: {
    message: (command: string) => `\`${command}\` changes what runs here, and nobody is at a terminal to agree.`,
    hint: (command: string) => `See what it would do with \`${command} --dry-run\`; agree with --yes.`,
  },
  CLI_INSTALL_STOPPED: {
    message: (spec: string) => `The installation of ${spec} was stopped. Nothing was changed.`,
    hint: (spec: string) => `Begin again with \`loong plugins install ${spec}\`.`,
  },
  CLI_UPDATE_WHICH: {
    message: "Which plugins are to be updated?",
    hint: "Name them, or say `loong plugins update --all`; `loong plugins list` shows what is installed.",
  },
  CLI_PLUGIN_GONE: {
    message: (id: string) => `Plugin "${id}" was removed meanwhile.`,
    hint: "`loong plugins list` shows what is installed.",
  },
  CLI_PLUGIN_NOT_MANAGED: {
    message: (packageName: string, _remedy: string) =>
      `${packageName} was not installed with \`loong plugins install\`, so it is not removed with it either.`,
    hint: (_packageName: string, remedy: string) => remedy,
  },
  CLI_CANCELLED: {
    message: (_verb: string) => "It was cancelled.",
    hint: (verb: string) => `Nothing was changed. Begin again with \`loong ${verb}\`.`,
  },
  CLI_SECTION_UNKNOWN: {
    message: (section: string) => `There is no section "${section}" to configure.`,
    hint: (_section: string, known: readonly string[]) =>
      `Name one with --section: ${known.join(", ")}. Everything else is set with \`loong config set\`.`,
  },
  CLI_ACCOUNT_NAME: {
    message: (name: string) => `"${name}" cannot be the name of an account.`,
    hint: "Use letters, digits, dots, - and _, a letter or a digit first: `--account work`.",
  },
  CLI_EMULATOR_UNKNOWN: {
    message: (name: string, known: readonly string[]) =>
      `No installed plugin has an emulator "${name}".${known.length === 0 ? "" : ` There is: ${known.join(", ")}.`}`,
    hint: "`loong plugins list` shows what is installed.",
  },
  CLI_EMULATOR_BROKEN: {
    message: (packageName: string) => `${packageName}/emulator does not export an \`emulator\` that can be started.`,
    hint: "It must export `emulator` with `id`, `describe()` and `start({ port, host, args })`; update the package.",
  },
  CLI_SESSION_WITHOUT_GATEWAY: {
    message: (session: string) => `No gateway runs, so nothing is remembered as "${session}".`,
    hint: "Start one with `loong gateway run`, or leave --session out.",
  },
  CLI_DRY_RUN_ALONE: {
    message: (command: string) => `\`${command} --dry-run\` changes nothing by itself.`,
    hint: (command: string) => `See what would be mended with \`${command} --fix --dry-run\`.`,
  },
  CLI_GATEWAY_IN_THE_WAY: {
    message: (pid: number | null) =>
      `A gateway already runs${pid === null ? "" : ` as process ${pid}`}, not as the service.`,
    hint: "Stop it with `loong gateway stop`, then install the service.",
  },
  CLI_NOTHING_TO_RESTART: {
    message: "No gateway is running, and none is installed as a service.",
    hint: "Start one with `loong gateway run`, or let the system do it: `loong gateway install`.",
  },
  CLI_RESTART_FAILED: {
    message: (reason: string | null) =>
      `The gateway went down and did not come back${reason === null ? "" : `: ${reason}`}.`,
    hint: "Its terminal and `loong logs` say why; `loong doctor` shows what to mend.",
  },
  CLI_RESTART_TIMEOUT: {
    message: (seconds: number) => `The gateway did not run again within ${seconds} s.`,
    hint: "See how it is with `loong gateway status`, and why with `loong logs`.",
  },
  CLI_STOP_TIMEOUT: {
    message: (pid: number | null, seconds: number) =>
      `The gateway${pid === null ? "" : ` (process ${pid})`} was asked to stop and still runs after ${seconds} s.`,
    hint: (pid: number | null) =>
      `See what it waits for with \`loong gateway status\` and \`loong logs\`${pid === null ? "" : `; \`kill -9 ${pid}\` ends it, and nothing acknowledged is lost`}.`,
  },
  CLI_CREATE_UNNAMED: {
    message: "The new channel has no name.",
    hint: "Name its package: `loong plugins create my-channel --transport poll`.",
  },
  CLI_CREATE_NAME: {
    message: (name: string, _fault: string) => `"${name}" will not do.`,
    hint: (_name: string, fault: string) =>
      `${fault} Say another: \`loong plugins create NAME --id ID --label LABEL\`.`,
  },
  CLI_CREATE_IN_THE_WAY: {
    message: (directory: string) => `${directory} is there already, and is no empty folder.`,
    hint: "Name another: `loong plugins create NAME --directory PATH`.",
  },
  CLI_CREATE_UNWRITABLE: {
    message: (directory: string, reason: string) => `Cannot write ${directory}: ${reason}.`,
    hint: "Name a place that this user can write: `loong plugins create NAME --directory PATH`.",
  },
  CLI_PLUGIN_FOLDER: {
    message: (directory: string, fault: string) => `${directory} is no package: ${fault}.`,
    hint: "Name the folder with the plugin's package.json, or begin one with `loong plugins create`.",
  },
  CLI_PLUGIN_CODE: {
    message: (packageName: string, fault: string) => `The code of ${packageName} makes no manifest: ${fault}`,
    hint: "Run `npm install` and `npm run build` there; its main module must export what `defineChannel` gives.",
  },
  CLI_TEST_NO_RUNNER: {
    message: (packageName: string) => `${packageName} has no vitest to run its tests with.`,
    hint: "In its folder: `npm install`, or `npm install --save-dev vitest @loong/testkit`.",
  },
  CLI_TEST_BROKE_OFF: {
    message: (packageName: string) => `The tests of ${packageName} ended without a report.`,
    hint: "What vitest said stands above; `npx vitest run` in its folder shows it again.",
  },
  CLI_TEST_NO_CONFORMANCE: {
    message: (packageName: string) => `No test of ${packageName} looks at the duties of a plugin.`,
    hint: "Call `channelConformance` of @loong/testkit in a test; `loong plugins create` writes one to copy.",
  },
  CLI_NPM_MISSING: {
    message: "npm cannot be started.",
    hint: "Install Node with npm, and see that `npm --version` answers.",
  },
  CLI_PACK_BUILD: {
    message: (packageName: string, output: string) => `The build of ${packageName} failed:\n${output}`,
    hint: "In its folder: `npm install`, then see it pass with `npm run build`.",
  },
  CLI_PACK_STALE: {
    message: (packageName: string) =>
      `The \`loong\` block in package.json of ${packageName} is not the one of its code.`,
    hint: "`loong plugins pack` without --dry-run writes it.",
  },
  CLI_PACK_SDK: {
    message: (packageName: string) => `${packageName} would bring an @loong/sdk of its own.`,
    hint: "The gateway lends its own: put @loong/sdk into peerDependencies and devDependencies, not into dependencies.",
  },
  CLI_PACK_RANGE: {
    message: (packageName: string, dependency: string, range: string) =>
      `${packageName} asks for ${dependency} as "${range}", which means nothing outside this machine.`,
    hint: "Write a version range into package.json, or pack it with the package manager that replaces it.",
  },
  CLI_PACK_NPM: {
    message: (packageName: string, fault: string) => `npm could not pack ${packageName}: ${fault}`,
    hint: "Run `npm pack` there to see more.",
  },
  CLI_PACK_LINT: {
    message: (packageName: string, fault: string) => `${packageName}: ${fault}`,
    hint: "Mend package.json, then run `loong plugins pack` again; https://publint.dev/rules explains each rule.",
  },
});

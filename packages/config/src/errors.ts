import { defineErrors } from "@loong/sdk";

/** Every way a configuration can be wrong. File, line and column are beside the message, in the problem. */
export const configErrors = defineErrors({
  // The file
  CONFIG_TWO_FILES: {
    message: (first: string, second: string) => `There are two config files: ${first} and ${second}.`,
    hint: (first: string, second: string) =>
      `Move what you need into one and delete the other, or choose with --config ${first} or --config ${second}.`,
  },
  CONFIG_FILE_MISSING: {
    message: (path: string) => `There is no config file ${path}.`,
    hint: "Correct --config or LOONG_CONFIG, or leave both out to use the file in LOONG_HOME.",
  },
  CONFIG_FORMAT: {
    message: (path: string) => `Cannot tell the format of ${path} from its name.`,
    hint: "Give the file a name that ends in .yaml, .yml, .json, .json5 or .toml.",
  },
  CONFIG_READ: {
    message: (path: string, reason: string) => `Cannot read ${path}: ${reason}.`,
    hint: (path: string) => `Make ${path} a file that this user can read, then run \`loong config validate\`.`,
  },
  CONFIG_PARSE: {
    message: (reason: string) => `The config file cannot be read: ${reason}.`,
    hint: "Mend this line with `loong config edit`, then run `loong config validate`.",
  },
  CONFIG_EMPTY: {
    message: "The config file is empty, although it was not before.",
    hint: "Restore it from the last good copy in the cache folder, or write `{}` if it is meant to be empty.",
  },
  // Keys and values
  CONFIG_WRITTEN_TWICE: {
    message: (path: string, first: string, second: string) => `${path} is written twice: at ${first} and at ${second}.`,
    hint: "Keep one of the two with `loong config edit`.",
  },
  CONFIG_UNKNOWN_KEY: {
    message: (path: string, _nearest: string | undefined) => `Unknown key ${path}.`,
    hint: (_path: string, nearest: string | undefined) =>
      nearest === undefined
        ? "`loong config schema` shows the keys there are; if this one stands in the file, remove it."
        : `Did you mean ${nearest}? See \`loong config schema\`.`,
  },
  CONFIG_UNKNOWN_CHANNEL: {
    message: (id: string) => `The channel ${id} is configured, but no installed plugin has that id.`,
    hint: "Install its plugin with `loong plugins install <package>`, or correct the name.",
  },
  CONFIG_TYPE: {
    message: (path: string, found: string, _expected: string) => `${path} cannot be ${found}.`,
    hint: (path: string, _found: string, expected: string) =>
      `Write ${expected} with \`loong config set ${path} ${expected.slice(0, 6) === "a list" ? `'["…"]'` : "…"}\`.`,
  },
  CONFIG_MISSING: {
    message: (path: string, _env: string) => `${path} is not set.`,
    hint: (path: string, env: string) =>
      `Run \`loong config set ${path} …\`${env === "" ? "" : `, or set ${env} in the environment`}.`,
  },
  CONFIG_ALTERNATIVES: {
    message: (path: string, fits: "none" | "several", alternatives: string) =>
      fits === "none" ? `${path} needs ${alternatives}.` : `${path} can have only one of ${alternatives}.`,
    hint: (path: string, fits: "none" | "several") =>
      fits === "none"
        ? `Run \`loong config set ${path}.KEY …\` for one of them.`
        : `Keep one of them: \`loong config unset ${path}.KEY\`.`,
  },
  // Accounts
  CONFIG_ACCOUNT_ID: {
    message: (path: string, id: string) => `"${id}" cannot be the id of an account (${path}).`,
    hint: "Use 1 to 64 letters, digits, `_`, `-` and `.` in the key under accounts, starting with a letter or digit.",
  },
  CONFIG_DEFAULT_ACCOUNT: {
    message: (path: string, id: string, accounts: string) =>
      `${path} names the account "${id}", which does not exist. There is ${accounts}.`,
    hint: (path: string) => `Set ${path} to one of them with \`loong config set ${path} …\`.`,
  },
  CONFIG_DEFAULT_GUESSED: {
    message: (channel: string, id: string) =>
      `Channel ${channel} has several accounts and no default; "${id}" is used because it sorts first.`,
    hint: (channel: string, id: string) => `Run \`loong config set channels.${channel}.defaultAccount ${id}\`.`,
  },
  CONFIG_NO_CHANNEL: {
    message: (channel: string, channels: string) => `No channel "${channel}" is configured. There is ${channels}.`,
    hint: (channel: string) =>
      `Set its keys with \`loong config set channels.${channel}.…\`; \`loong channels\` shows what is installed.`,
  },
  CONFIG_NO_ACCOUNT: {
    message: (channel: string, id: string, accounts: string) =>
      `Channel ${channel} has no account "${id}". There is ${accounts}.`,
    hint: (channel: string, id: string) =>
      `Choose one of them, or add channels.${channel}.accounts.${id} with \`loong config set\`.`,
  },
  CONFIG_NO_DEFAULT_ACCOUNT: {
    message: (channel: string, accounts: string) => `Channel ${channel} has no default account. There is ${accounts}.`,
    hint: (channel: string) =>
      `Name one with --account, or run \`loong config set channels.${channel}.defaultAccount …\`.`,
  },
  CONFIG_BOUNDARY_EMPTY: {
    message: (path: string) => `${path} is empty, so nobody may speak and the account does not serve.`,
    hint: (path: string) => `List at least one id with \`loong config set ${path} '["…"]'\`, or remove the key.`,
  },
  CONFIG_ALLOW_WILDCARD: {
    message: (path: string, policy: string) => `${path} has "*", but dmPolicy is ${policy}.`,
    hint: (path: string) =>
      `To let everybody write, run \`loong config set ${path.replace(/\.?[^.]*$/, "")}.dmPolicy open\`; otherwise remove "*" from ${path}.`,
  },
  CONFIG_ALLOW_MUTABLE_ID: {
    message: (path: string, id: string) => `${path} has "${id}": a name that can change hands.`,
    hint: (path: string) =>
      `Put the unchanging id of that person or chat in ${path}; \`loong logs\` shows it when they write.`,
  },
  CONFIG_ALLOW_BLANK: {
    message: (path: string) => `${path} has a blank entry.`,
    hint: (path: string) => `Remove the blank entry from ${path} with \`loong config edit\`.`,
  },
  // Secrets
  CONFIG_SECRET_WEAK: {
    message: (path: string, reason: string) => `${path} is no secret: it is ${reason}.`,
    hint: (path: string) => `Set it with \`loong config set ${path} …\`, or point it to { env = "NAME" }.`,
  },
  CONFIG_SECRET_FORM: {
    message: (path: string) => `${path} is not a way to name a secret.`,
    hint: `Write text, or exactly one of { env = "NAME" }, { file = "PATH" } and { exec = ["COMMAND", "ARGUMENT"] }.`,
  },
  CONFIG_ENV_UNSET: {
    message: (path: string, name: string) =>
      `${path} takes its value from the environment variable ${name}, which is not set.`,
    hint: (path: string, name: string) => `Export ${name} before the start, or change ${path}.`,
  },
  CONFIG_SECRET_FILE: {
    message: (path: string, file: string, reason: string, _remedy: string) =>
      `${path} takes its value from ${file}, which ${reason}.`,
    hint: (path: string, _file: string, _reason: string, remedy: string) => `${remedy} The key is ${path}.`,
  },
  CONFIG_SECRET_EXEC: {
    message: (path: string, command: string, reason: string) =>
      `${path} takes its value from the command ${command}, which ${reason}.`,
    hint: (path: string, command: string) =>
      `Run ${command} by hand to see why, or change ${path} with \`loong config set\`.`,
  },
  // Edits
  CONFIG_PATH: {
    message: (path: string, reason: string) => `"${path}" is not a config path: ${reason}.`,
    hint: `Write keys with dots between them, as in \`loong config get gateway.port\`; an id with dots goes into brackets: groups["a.b"].`,
  },
  CONFIG_VALUE_TWICE: {
    message: (path: string) => `This change sets ${path} twice. Nothing was written.`,
    hint: "Write each key once, in one spelling, and run `loong config` again.",
  },
  CONFIG_NOT_SET: {
    message: (path: string) => `${path} is not in the config file.`,
    hint: "See what is there with `loong config get`.",
  },
  CONFIG_NOT_A_SECRET: {
    message: (path: string) => `${path} cannot be taken from the environment, a file or a command.`,
    hint: "Write the value itself with `loong config set`.",
  },
  CONFIG_EDIT_UNSAFE: {
    message: (path: string, reason: string) => `${path} was not changed: ${reason}.`,
    hint: "Nothing was written. Change it by hand with `loong config edit`.",
  },
  CONFIG_WOULD_LOSE_CHANNEL: {
    message: (channels: string) =>
      `This change would remove the channel ${channels} from the config. Nothing was written.`,
    hint: "Repeat `loong config` with --allow-loss if it is really to go.",
  },
  CONFIG_CHANGED_MEANWHILE: {
    message: (path: string) => `${path} is being changed by someone else. Nothing was written.`,
    hint: "Close the other editor and run `loong config` again.",
  },
  CONFIG_WRITE: {
    message: (path: string, reason: string) => `Cannot write ${path}: ${reason}.`,
    hint: (path: string) =>
      `Make the folder of ${path} writable for this user, then run \`loong config\` again. The old file is untouched.`,
  },
});

export type ConfigCode = Exclude<keyof typeof configErrors, "codes">;

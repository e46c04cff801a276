import { defineErrors } from "@loong/sdk";

/** Why something was not installed, or is no longer what was installed. */
export const installErrors = defineErrors({
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
    hint: "Give --registry, npm_config_registry, or `registry` in ~/.npmrc an http or https address without a password; then run `loong plugins install` again.",
  },
  INSTALL_NETWORK_SETTING: {
    message: (key: string, fault: string) => `\`${key}\`, which npm was told, cannot be used: ${fault}.`,
    hint: (key: string) =>
      /^[A-Z_]+$/.test(key)
        ? `Set or unset ${key} in the environment, then run \`loong plugins install\` again.`
        : `Mend it in ~/.npmrc (\`npm config list\` shows where it stands), then run \`loong plugins install\` again.`,
  },
  INSTALL_REGISTRY_UNREACHABLE: {
    message: (address: string, reason: string) => `The registry ${address} does not answer (${reason}).`,
    hint: (_address: string, reason: string) =>
      /CERT|ISSUER/.test(reason)
        ? "If a registry or proxy of yours has its own authority: `npm config set cafile <file.pem>`, or NODE_EXTRA_CA_CERTS; then run `loong plugins install` again."
        : "Check the network and the proxy (`https-proxy` in ~/.npmrc, HTTPS_PROXY), or name another registry: `loong plugins install … --registry URL`.",
  },
  INSTALL_REGISTRY_REFUSED: {
    message: (address: string, packageName: string, status: number) =>
      `The registry ${address} does not let you see ${packageName} (status ${status}).`,
    hint: (address: string) =>
      `Log in with \`npm login --registry=${address}\`, or write \`${address.replace(/^https?:/, "")}:_authToken=…\` into ~/.npmrc; then run \`loong plugins install\` again.`,
  },
  INSTALL_REGISTRY_ANSWER: {
    message: (address: string, packageName: string, fault: string) =>
      `The registry ${address} gave no usable answer about ${packageName}: ${fault}.`,
    hint: "Try again later, or name another registry: `loong plugins install … --registry URL`.",
  },
  INSTALL_PACKAGE_UNKNOWN: {
    message: (packageName: string, address: string, nearest: string | undefined) =>
      `There is no package ${packageName} at ${address}.${nearest === undefined ? "" : ` Did you mean ${nearest}?`}`,
    hint: (_packageName: string, _address: string, nearest: string | undefined) =>
      nearest === undefined
        ? "Check the name. A private package is there only for who is logged in (`npm login`). For a folder write `loong plugins install ./name`."
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
  INSTALL_SIGNATURE_WRONG: {
    message: (packageName: string, version: string, keyid: string, isOutlived: boolean) =>
      isOutlived
        ? `${packageName} ${version} is signed with a key of the registry that had expired before it was published (${keyid}).`
        : `The registry's signature of ${packageName} ${version} is wrong: its key ${keyid} did not sign these bytes.`,
    hint: "Nothing was installed. Ask the registry's operator; until then take another version: `loong plugins install <name>@<version>`.",
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
  INSTALL_NOT_SIGNED: {
    message: (packageName: string) =>
      `The registry signs what is published to it, and did not sign this version of ${packageName}.`,
    hint: "Somebody between you and the registry may have changed it. Ask its author before you `loong plugins install` it.",
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

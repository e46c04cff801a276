import { type Command, Option } from "commander";
import type { Run } from "../program/run.ts";
import { addVerb, jsonOption } from "../program/verb.ts";
import { defineAuthorVerbs } from "./plugins-author.ts";

export function definePlugins(program: Command, run: Run): void {
  const plugins = program
    .command("plugins")
    .summary("install, update and look after channels and agents")
    .description("Channels and agents, each an npm package. The bare verb lists what is installed.");
  defineLooks(plugins, run);
  defineInstall(plugins, run);
  defineUpdate(plugins, run);
  defineSwitches(plugins, run);
  defineUninstall(plugins, run);
  defineAuthorVerbs(plugins, run);
}

function defineLooks(plugins: Command, run: Run): void {
  addVerb(plugins, "list", {
    summary: "installed channels and agents",
    examples: ["loong plugins list", "loong plugins list --json"],
  })
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/plugins-list.ts")).listPlugins));
  addVerb(plugins, "info", {
    summary: "what one plugin is and which keys it has",
    examples: ["loong plugins info CHANNEL"],
  })
    .argument("<id>", "id of a plugin, alias of a channel, or name of a package")
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/plugins-info.ts")).showPlugin));
  addVerb(plugins, "doctor", {
    summary: "check installed plugins: files as installed, contract, entry, and whether they load",
    description:
      "Each plugin is loaded in a process of its own, so that a broken one does no harm. Exits 1 when a check fails.",
    examples: ["loong plugins doctor", "loong plugins doctor CHANNEL --json"],
  })
    .argument("[id]", "only this one")
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/plugins-doctor.ts")).examine));
}

function defineInstall(plugins: Command, run: Run): void {
  const install = addVerb(plugins, "install", {
    summary: "install a channel or an agent from npm, a folder or a .tgz file",
    description:
      "It is fetched and checked, and its code is loaded once in a locked process, before you are asked. No install script " +
      "ever runs. A version published less than 72 hours ago is refused unless --allow-new. A folder is used where it is, " +
      "TypeScript sources and all; with --copy, what would be published of it. Registries, proxies and credentials are those " +
      "of npm: its environment variables, ~/.npmrc and the npmrc of this machine.",
    examples: [
      "loong plugins install @acme/loong-chat",
      "loong plugins install @acme/loong-chat@1.2.3 --yes",
      "loong plugins install ./my-channel",
      "loong plugins install ./my-channel-1.0.0.tgz --dry-run",
    ],
  }).argument("<spec>", "npm name with or without @version, a folder, or a .tgz file");
  addAgreement(install)
    .addOption(new Option("--link", "use the folder where it is (the default)").conflicts("copy"))
    .option("--copy", "install a copy of what would be published of the folder")
    .action(run(async () => (await import("../actions/plugins-install.ts")).installPlugin));
}

function defineUpdate(plugins: Command, run: Run): void {
  const update = addVerb(plugins, "update", {
    summary: "update installed plugins from where they were installed",
    examples: [
      "loong plugins update CHANNEL",
      "loong plugins update --all --dry-run",
      "loong plugins update --all --yes",
    ],
  })
    .argument("[ids...]", "ids of installed plugins")
    .option("--all", "every installed plugin");
  addAgreement(update).action(run(async () => (await import("../actions/plugins-update.ts")).updatePlugins));
}

/** What installing and updating have in common. */
function addAgreement(command: Command): Command {
  return command
    .option("-y, --yes", "agree without being asked")
    .option("--dry-run", "fetch and check everything, then change nothing")
    .option("--registry <url>", "another registry than npm was told")
    .option("--allow-new", "also a version published less than 72 hours ago")
    .addOption(jsonOption());
}

function defineSwitches(plugins: Command, run: Run): void {
  addVerb(plugins, "enable", {
    summary: "switch a plugin on",
    examples: ["loong plugins enable CHANNEL"],
  })
    .argument("<id>", "id of a plugin, alias of a channel, or name of a package")
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/plugins-switch.ts")).enablePlugin));
  addVerb(plugins, "disable", {
    summary: "switch a plugin off; its package and configuration stay",
    examples: ["loong plugins disable CHANNEL"],
  })
    .argument("<id>", "id of a plugin, alias of a channel, or name of a package")
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/plugins-switch.ts")).disablePlugin));
}

function defineUninstall(plugins: Command, run: Run): void {
  addVerb(plugins, "uninstall", {
    summary: "remove an installed plugin; its configuration stays unless you say --purge-config",
    examples: ["loong plugins uninstall CHANNEL --dry-run", "loong plugins uninstall CHANNEL --yes --purge-config"],
  })
    .argument("<id>", "id of a plugin, alias of a channel, or name of a package")
    .option("-y, --yes", "agree without being asked")
    .option("--purge-config", "also remove its keys from the config file: accounts, secrets and switches")
    .option("--dry-run", "only say what would be removed")
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/plugins-uninstall.ts")).uninstall));
}

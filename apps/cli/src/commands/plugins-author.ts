import { type Command, Option } from "commander";
import { transportNames } from "../create/transports.ts";
import type { Run } from "../program/run.ts";
import { addVerb, jsonOption } from "../program/verb.ts";

/** What people need who write a plugin, in the order in which they need it. */
export function defineAuthorVerbs(plugins: Command, run: Run): void {
  addVerb(plugins, "create", {
    summary: "write a package with a new channel that works, to put your platform into",
    description:
      "Asks at a terminal for what the options do not say. The package has the channel, its platform's emulator, tests, " +
      "README and a CI file; its tests pass at once after `npm install`.",
    examples: [
      "loong plugins create my-channel",
      'loong plugins create @acme/loong-chat --id chat --label "Acme Chat" --transport websocket --yes',
    ],
  })
    .argument("[name]", "name of the package on npm; its folder is called the same")
    .option("--id <id>", "key in configurations and on the command line")
    .option("--label <label>", "what people call it")
    .addOption(new Option("--transport <transport>", "how messages come in").choices(transportNames))
    .option("--directory <path>", "where to write it")
    .option("-y, --yes", "ask nothing")
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/plugins-create.ts")).createPlugin));
  addVerb(plugins, "test", {
    summary: "run a package's tests and say whether every duty of a plugin is kept",
    description: "Runs the package's vitest. Exits 1 when a test fails, or when no conformance suite is among them.",
    examples: ["loong plugins test", "loong plugins test ./my-channel --json"],
  })
    .argument("[directory]", "the package", ".")
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/plugins-test.ts")).testPlugin));
  addVerb(plugins, "pack", {
    summary: "build a package, write its manifest from its code, check it and make the tarball",
    description: "Exits 1 when the package is not fit to be published, with the reason.",
    examples: ["loong plugins pack", "loong plugins pack ./my-channel --dry-run"],
  })
    .argument("[directory]", "the package", ".")
    .option(
      "--dry-run",
      "check everything and write nothing but the build; a manifest that is not the code's is a fault",
    )
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/plugins-pack.ts")).packPlugin));
}

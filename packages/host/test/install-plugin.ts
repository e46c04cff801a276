// Run by install-killed.e2e.test.ts in a Node of its own: installs argv[3] into the home argv[2] and dies at the step argv[4].
import { flushCompileCache } from "node:module";
import { statePaths } from "@loong/config";
import { prepareInstall } from "../src/install/index.ts";

const [, , home = "", spec = "", deadlyStep = "", registry = ""] = process.argv;

const prepared = await prepareInstall(spec, {
  paths: statePaths({ LOONG_HOME: home }),
  env: { PATH: process.env["PATH"], HOME: home },
  bundled: [],
  now: Date.now,
  registry,
  onProgress({ name, done }) {
    // The first bytes of a download are in the middle of it.
    if (name !== deadlyStep || (name === "download" && done === undefined)) return;
    // So that the next one finds compiled what this one had to compile.
    flushCompileCache();
    process.kill(process.pid, "SIGKILL");
  },
});
await prepared.activate();

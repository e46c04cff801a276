import { flushCompileCache } from "node:module";
import { setValue, statePaths } from "../src/index.ts";

// Changes one config file again and again until it is killed.
const home = process.argv[2] ?? "";
const options = { paths: statePaths({ LOONG_HOME: home }), env: {}, manifests: [] };
await setValue(options, "log.level", { text: "info" });
for (let port = 1; ; port = (port % 60_000) + 1) {
  await setValue(options, "gateway.port", { json: port });
  if (port !== 2) continue;
  flushCompileCache();
  process.stdout.write("going\n");
}

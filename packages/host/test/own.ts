// Run by owner.e2e.test.ts: becomes the owner of argv[2], says so on stdout, and stays until it is killed.
import { join } from "node:path";
import { takeOwnership } from "../src/owner/index.ts";

const run = join(process.argv[2] ?? "", "run");
try {
  await takeOwnership(
    { lockFile: join(run, "owner.lock"), ownerFile: join(run, "owner.json") },
    { phase: "running", port: 1 },
  );
  console.log("owner");
  setInterval(() => undefined, 60_000);
} catch (error) {
  console.log((error as { code?: string }).code);
  process.exitCode = 78;
}

// A process of its own: reads the whole file it is given and prints what is wrong with it. Started by full-check.ts.
import { setPriority } from "node:os";
import { DatabaseSync } from "node:sqlite";
import { codedFailure } from "./failures.ts";
import { BUSY_TIMEOUT_MS } from "./limits.ts";
import { quickCheck } from "./open-file.ts";

const LAST_IN_LINE = 19;

const [, , file = ""] = process.argv;
try {
  setPriority(LAST_IN_LINE);
  using database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  quickCheck(database, file);
} catch (error) {
  process.stdout.write(JSON.stringify(codedFailure(error, file)));
}

import { readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { hostErrors } from "../errors.ts";
import { installErrors } from "./errors.ts";
import { checkCode } from "./check-code.ts";
import { readPackageFacts } from "./package-facts.ts";
import { requireFolder, UNKNOWN_ORIGIN } from "./obtain.ts";
import type { PreparedInstall } from "./plugin.ts";
import { prepared } from "./prepared.ts";
import { requireFreeNames } from "./rivals.ts";
import type { Origin } from "./warnings.ts";
import { recordOf, step, type Work } from "./work.ts";

const OTHERS_WRITE = 0o002;

/** A folder that stays where it is: its code runs from there, TypeScript too, with the dependencies it finds there. */
export async function prepareLink(path: string, work: Work): Promise<PreparedInstall> {
  const { staging, options } = work;
  const stats = await requireFolder(path);
  if ((stats.mode & OTHERS_WRITE) !== 0) throw hostErrors.HOST_WRITABLE_BY_ALL([path]);
  const directory = await realpath(path);
  step(options, "inspect");
  const text = await readFile(join(directory, "package.json"), "utf8").catch(() => undefined);
  if (text === undefined) throw installErrors.INSTALL_PATH_UNUSABLE([path, "it has no package.json"]);
  const facts = await readPackageFacts(text, path);
  requireFreeNames(facts.name, facts.manifest, work.present);
  step(options, "check");
  await checkCode(recordOf(facts, directory), {
    scratchDir: staging.directory,
    readable: undefined,
    signal: options.signal,
  });
  const origin: Origin = {
    source: "link",
    origin: UNKNOWN_ORIGIN,
    files: 0,
    bytes: 0,
    dependencies: [],
    native: [],
  };
  return prepared(facts, { integrity: "", folder: directory, seal: "", packageJson: "" }, origin, work);
}

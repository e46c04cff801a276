import type { Config, ConfigProblem } from "@loong/config";
import { hostErrors } from "./errors.ts";

/** Problems of the file itself: nothing in it can be trusted to be what the operator meant. */
const FILE_CODES: ReadonlySet<string> = new Set([
  "CONFIG_TWO_FILES",
  "CONFIG_FILE_MISSING",
  "CONFIG_FORMAT",
  "CONFIG_READ",
  "CONFIG_PARSE",
  "CONFIG_EMPTY",
]);

/**
 * A wrong key stops its account. A file that cannot be read stops the start, unless its last good copy could.
 *
 * @throws GATEWAY_CONFIG_UNUSABLE
 */
export function requireUsableConfig(config: Config): Config {
  const fault = fileFault(config);
  if (fault !== undefined && !config.file.usedLastGood) {
    throw hostErrors.GATEWAY_CONFIG_UNUSABLE([placeOf(fault), fault.message, fault.hint]);
  }
  return config;
}

export function fileFault(config: Config): ConfigProblem | undefined {
  return config.problems.find(({ code, severity }) => severity === "error" && FILE_CODES.has(code));
}

function placeOf({ file, line, column }: ConfigProblem): string {
  return [file, line, column].filter((part) => part !== undefined).join(":");
}

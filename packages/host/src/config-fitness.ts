import { asError, type Config, fileFault } from "@loong/config";
import { hostErrors } from "./errors.ts";

/**
 * A wrong key stops its account. A file that cannot be read stops the start, unless its last good copy could.
 *
 * @throws GATEWAY_CONFIG_UNUSABLE
 */
export function requireUsableConfig(config: Config): Config {
  const fault = fileFault(config);
  if (fault !== undefined && !config.file.usedLastGood) {
    throw hostErrors.GATEWAY_CONFIG_UNUSABLE([asError(fault).message, fault.hint]);
  }
  return config;
}

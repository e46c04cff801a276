import { asError, type Config, type ConfigProblem, fileFault, sectionFault } from "@loong/config";
import { hostErrors } from "./errors.ts";

/**
 * A wrong key stops its account. A file that cannot be read stops the start, unless its last good copy could; so does a
 * wrong value that would be another one for all channels.
 *
 * @throws GATEWAY_CONFIG_UNUSABLE
 */
export function requireUsableConfig(config: Config): Config {
  const fault = config.file.usedLastGood ? sectionFault(config) : configFault(config);
  if (fault !== undefined) throw hostErrors.GATEWAY_CONFIG_UNUSABLE([asError(fault).message, fault.hint]);
  return config;
}

/** What keeps a running gateway from going on with this config in the place of the one it has. */
export function configFault(config: Config): ConfigProblem | undefined {
  return fileFault(config) ?? sectionFault(config);
}

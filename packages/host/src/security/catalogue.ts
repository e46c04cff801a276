import type { Rule } from "./rule.ts";
import { accessRules } from "./rules/access.ts";
import { configFileRules } from "./rules/config-files.ts";
import { configRules } from "./rules/config-problems.ts";
import { environmentRules } from "./rules/environment.ts";
import { gatewayRules } from "./rules/gateway.ts";
import { groupRules } from "./rules/groups.ts";
import { logRules } from "./rules/logs.ts";
import { networkRules } from "./rules/network.ts";
import { placeRules } from "./rules/place.ts";
import { pluginCodeRules } from "./rules/plugin-code.ts";
import { pluginOriginRules } from "./rules/plugin-origin.ts";
import { secretSourceRules } from "./rules/secret-sources.ts";
import { secretRules } from "./rules/secrets.ts";
import { serviceRules } from "./rules/service.ts";
import { stateFileRules } from "./rules/state-files.ts";
import { webhookRules } from "./rules/webhooks.ts";

/** Everything that is looked for, by subject. */
export const rules: readonly Rule[] = [
  ...accessRules,
  ...groupRules,
  ...configRules,
  ...secretRules,
  ...secretSourceRules,
  ...stateFileRules,
  ...configFileRules,
  ...placeRules,
  ...logRules,
  ...gatewayRules,
  ...webhookRules,
  ...networkRules,
  ...pluginCodeRules,
  ...pluginOriginRules,
  ...environmentRules,
  ...serviceRules,
];

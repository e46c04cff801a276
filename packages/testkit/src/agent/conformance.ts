import { registerCases } from "../checks/register.ts";
import { agentCases } from "./cases.ts";
import { runAgentCase } from "./context.ts";
import type { AgentConformanceOptions } from "./harness.ts";

/**
 * Checks every duty of an agent, each as a test of its own. What does not apply to this agent is skipped by itself;
 * everything else is skipped only with a reason.
 *
 * @example agentConformance({ plugin, manifest: packageJson.loong, harness: startProvider });
 * @throws Error when `skips` names a case that is not there, or gives no reason.
 */
export function agentConformance<Settings>(options: AgentConformanceOptions<Settings>): void {
  const { plugin, title, skips = {} } = options;
  const name = `${plugin.id} keeps the promises of an agent${title === undefined ? "" : ` ${title}`}`;
  registerCases(name, agentCases, skips, (one, skip) => runAgentCase(one, options, skip));
}

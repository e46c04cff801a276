import { resolveSettings } from "@loong/config";
import type { ConfiguredAgent } from "../agents.ts";
import type { HostState } from "../state.ts";
import { type Check, fail, failedBy, ok } from "./check.ts";

const PROBE_TIMEOUT_MS = 30_000;

/** Whether the agent has what it needs, and whether its provider answers. */
export async function checkAgent(
  state: HostState,
  agent: ConfiguredAgent,
  offline: boolean,
): Promise<readonly Check[]> {
  const settings = await checkSettings(state);
  return settings.level === "fail" || offline ? [settings] : [settings, await checkProvider(state, agent)];
}

async function checkSettings({ config, plugins }: HostState): Promise<Check> {
  const id = "agent.settings";
  try {
    const { manifest } = plugins.agent(config.agent.use);
    await resolveSettings(config, manifest);
    return ok(id, manifest.label);
  } catch (error) {
    return failedBy(id, error);
  }
}

async function checkProvider({ config }: HostState, agent: ConfiguredAgent): Promise<Check> {
  const id = "agent.provider";
  try {
    const models = await agent.models();
    const {
      ok: works,
      providerId,
      model,
      modelCount,
      problems,
    } = await models.probe(AbortSignal.timeout(PROBE_TIMEOUT_MS));
    const [problem] = problems;
    if (!works) {
      return fail(
        id,
        problem?.message ?? `${providerId} does not answer.`,
        problem?.hint ?? "`loong logs` has the details.",
      );
    }
    const count = modelCount === undefined ? "" : `, ${modelCount} models`;
    return ok(id, `${providerId}${model === undefined ? "" : ` with ${model}`}${count}`);
  } catch (error) {
    // An agent without a provider to choose models from has nobody to ask.
    if ((error as { code?: unknown }).code === "HOST_AGENT_NO_MODELS") return ok(id, `${config.agent.use} needs none`);
    return failedBy(id, error);
  }
}

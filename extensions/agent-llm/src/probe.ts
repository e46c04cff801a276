import { type AgentProbe, isLoongError, type LoongError, type ModelsFeature, problemOf } from "@loong/sdk";
import { llmErrors } from "./errors.ts";
import { generate } from "./generate.ts";
import { candidates, type ModelCatalogue } from "./models.ts";
import { resolveProvider, type Provider } from "./provider.ts";
import type { LlmSettings } from "./settings.ts";

/** Lists models and says truthfully whether the provider would answer. */
export function createModelsFeature(
  settings: LlmSettings,
  open: () => { readonly provider: Provider; readonly catalogue: ModelCatalogue },
  now: () => number,
): ModelsFeature {
  return {
    async list(signal) {
      const { provider, catalogue } = open();
      const models = await catalogue.list(signal);
      return { providerId: provider.id, providerKind: provider.kind.id, modelsEndpoint: provider.modelsUrl, models };
    },
    async probe(signal) {
      try {
        const { provider, catalogue } = open();
        return await probeProvider(provider, catalogue, signal, now);
      } catch (error) {
        return { ok: false, ...namesOf(settings), problems: [problemOf(coded(error))] };
      }
    },
  };
}

/**
 * The list of models needs the key. A model of the operator's choice that is not on it (an alias, an endpoint id, a slip of
 * the pen), or a provider without a list, is asked one short question.
 */
async function probeProvider(
  provider: Provider,
  catalogue: ModelCatalogue,
  signal: AbortSignal,
  now: () => number,
): Promise<AgentProbe> {
  const names = { providerId: provider.id, providerKind: provider.kind.id };
  try {
    const models = await catalogue.list(signal);
    const model = provider.model === "auto" ? candidates(provider, models)[0] : provider.model;
    if (provider.model !== "auto" && !models.some(({ id }) => id === model)) await askShortly(provider, signal, now);
    return { ok: true, ...names, modelCount: models.length, ...(model === undefined ? {} : { model }), problems: [] };
  } catch (error) {
    const unlisted = isLoongError(error) && error.code === "LLM_ENDPOINT_UNKNOWN";
    if (!unlisted || provider.model === "auto") return { ok: false, ...names, problems: [problemOf(coded(error))] };
  }
  await askShortly(provider, signal, now);
  return { ok: true, ...names, model: provider.model, problems: [] };
}

/** Resolves when the configured model shows a sign of life: a word, or a thought that used up the one token it may spend. */
async function askShortly(provider: Provider, signal: AbortSignal, now: () => number): Promise<void> {
  const limit = AbortSignal.timeout(provider.requestTimeoutMs);
  const question = { system: undefined, messages: [{ role: "user", content: "ping" } as const] };
  let alive = false;
  try {
    for await (const _ of generate(
      { ...provider, maxTokens: 1 },
      provider.model,
      question,
      AbortSignal.any([signal, limit]),
      now,
      () => (alive = true),
    ))
      if (alive) return;
  } catch (error) {
    if (alive) return;
    throw limit.aborted
      ? llmErrors.LLM_TIMEOUT([provider, "first word", provider.requestTimeoutMs, "requestTimeoutMs"])
      : error;
  }
}

function namesOf(settings: LlmSettings): { readonly providerId: string; readonly providerKind: string } {
  const id = settings.activeProvider ?? Object.keys(settings.providers ?? {})[0] ?? "none";
  return { providerId: id, providerKind: settings.providers?.[id]?.kind ?? id };
}

/** Whatever it is: an agent's probe throws nothing. */
function coded(error: unknown): LoongError {
  return isLoongError(error) ? error : llmErrors.LLM_PROBE_FAILED([]);
}

/** Opens the provider when it is first needed and keeps it. @throws LLM_… of a configuration that cannot work */
export function openOnce(
  settings: LlmSettings,
  makeCatalogue: (provider: Provider) => ModelCatalogue,
): () => { readonly provider: Provider; readonly catalogue: ModelCatalogue } {
  let opened: { readonly provider: Provider; readonly catalogue: ModelCatalogue } | undefined;
  return () => {
    if (opened === undefined) {
      const provider = resolveProvider(settings);
      opened = { provider, catalogue: makeCatalogue(provider) };
    }
    return opened;
  };
}

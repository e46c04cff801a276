import { type AgentProbe, isLoongError, type ModelsFeature, type Problem } from "@loong/sdk";
import { candidates, type ModelCatalogue } from "./models.ts";
import { generate } from "./generate.ts";
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
        return { ok: false, ...namesOf(settings), problems: [problemOf(error)] };
      }
    },
  };
}

/** The list of models needs the key; where a provider has no list, one short question is asked instead. */
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
    return { ok: true, ...names, modelCount: models.length, ...(model === undefined ? {} : { model }), problems: [] };
  } catch (error) {
    const unlisted = isLoongError(error) && error.code === "LLM_ENDPOINT_UNKNOWN";
    if (!unlisted || provider.model === "auto") return { ok: false, ...names, problems: [problemOf(error)] };
  }
  for await (const event of generate(
    { ...provider, maxTokens: 1 },
    provider.model,
    { system: undefined, messages: [{ role: "user", content: "ping" }] },
    signal,
    now,
  )) {
    if (event.type === "text") break;
  }
  return { ok: true, ...names, model: provider.model, problems: [] };
}

function namesOf(settings: LlmSettings): { readonly providerId: string; readonly providerKind: string } {
  const id = settings.activeProvider ?? Object.keys(settings.providers ?? {})[0] ?? "none";
  return { providerId: id, providerKind: settings.providers?.[id]?.kind ?? id };
}

function problemOf(error: unknown): Problem {
  if (!isLoongError(error)) return { code: "LLM_PROBE_FAILED", message: "The provider could not be asked." };
  return { code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
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

import { isLoongError, type ModelInfo } from "@loong/sdk";
import { llmErrors } from "./errors.ts";
import { requestJson } from "./http.ts";
import type { Provider } from "./provider.ts";

const FRESH_MS = 30_000;
/** A list this old still serves when the provider cannot be asked. */
const STALE_MS = 120_000;
const REFUSED_MS = 300_000;

/** What a provider offers, remembered for half a minute and asked for once at a time. */
export interface ModelCatalogue {
  /** @throws LLM_… of a failed request; when the provider is only out of reach, a list of the last two minutes still serves. */
  list(signal: AbortSignal): Promise<readonly ModelInfo[]>;
  /** The provider does not offer this model: it is not tried again for five minutes. */
  refuse(model: string): void;
  isRefused(model: string): boolean;
}

export function createModelCatalogue(provider: Provider, now: () => number): ModelCatalogue {
  let known: { readonly models: readonly ModelInfo[]; readonly atMs: number } | undefined;
  let asking: Promise<readonly ModelInfo[]> | undefined;
  const refusedUntilMs = new Map<string, number>();

  async function ask(): Promise<readonly ModelInfo[]> {
    const signal = AbortSignal.timeout(provider.requestTimeoutMs);
    try {
      const models = readModels(
        await requestJson(provider, { url: provider.modelsUrl, method: "GET", headers: provider.headers, signal }, now),
      );
      known = { models, atMs: now() };
      return models;
    } catch (error) {
      const mayServe = signal.aborted || (isLoongError(error) && error.outcome === "not-sent");
      if (mayServe && known !== undefined && now() - known.atMs < STALE_MS) return known.models;
      throw signal.aborted
        ? llmErrors.LLM_TIMEOUT([provider, "list of models", provider.requestTimeoutMs, "requestTimeoutMs"])
        : error;
    } finally {
      asking = undefined;
    }
  }

  return {
    async list(signal) {
      signal.throwIfAborted();
      if (known !== undefined && now() - known.atMs < FRESH_MS) return known.models;
      asking ??= ask();
      return untilAborted(asking, signal);
    },
    refuse: (model) => void refusedUntilMs.set(model, now() + REFUSED_MS),
    isRefused: (model) => now() < (refusedUntilMs.get(model) ?? 0),
  };
}

/** The request goes on for whoever else waits for it. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/**
 * The models a turn may use, best first: what the operator prefers, then the kind's own alias for its best, then chat
 * models of the list, the newest first.
 *
 * @throws LLM_NO_CHAT_MODEL
 */
export function candidates(provider: Provider, models: readonly ModelInfo[]): readonly string[] {
  const offered = models.filter((model) => model.chat && model.retiring !== true).toSorted(newestFirst);
  const ids = new Set([...provider.preferredModels, ...provider.kind.firstModels, ...offered.map(({ id }) => id)]);
  if (ids.size === 0) throw llmErrors.LLM_NO_CHAT_MODEL([provider]);
  return [...ids];
}

function newestFirst(a: ModelInfo, b: ModelInfo): number {
  return (b.createdAtMs ?? 0) - (a.createdAtMs ?? 0) || a.id.localeCompare(b.id);
}

/** Reads a list in any of the shapes providers use: `data`, `models`, `Result.Items`, or a bare list. */
export function readModels(body: unknown): readonly ModelInfo[] {
  return itemsOf(body).flatMap((item) => {
    const id = typeof item === "string" ? item : (fieldOf(item, "id") ?? fieldOf(item, "name"));
    return typeof id === "string" && id !== "" ? [modelInfo(id, isObject(item) ? item : {})] : [];
  });
}

function itemsOf(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body;
  const result = fieldOf(body, "result") ?? fieldOf(body, "Result");
  const lists = [
    fieldOf(body, "data"),
    fieldOf(body, "models"),
    fieldOf(body, "modelSummaries"),
    fieldOf(result, "Items"),
    fieldOf(result, "models"),
  ];
  return lists.find(Array.isArray) ?? [];
}

function modelInfo(id: string, item: Readonly<Record<string, unknown>>): ModelInfo {
  const created = item["created"] ?? item["created_at"];
  const createdAtMs = typeof created === "number" ? created * 1_000 : Date.parse(String(created));
  return {
    id,
    chat: canChat(id, item),
    ...(isGoing(item) ? { retiring: true } : {}),
    ...(Number.isNaN(createdAtMs) ? {} : { createdAtMs }),
  };
}

/** Ids of models that make or read something else than words, whatever the list says about them. */
const OTHER_WORK =
  /embed|rerank|moderation|whisper|asr|\btts\b|-tts|speech|audio|voice|transcri|translat|dall-?e|image|seedream|seededit|seedance|video|veo-|sora|wan\d|flux|stable-diffusion|seed3d|\b3d\b|-3d|ocr|guard|davinci-002|babbage/i;

function canChat(id: string, item: Readonly<Record<string, unknown>>): boolean {
  if (OTHER_WORK.test(id)) return false;
  if (item["supports_chat"] === false) return false;
  const tasks = words(item["task_type"]);
  if (tasks.length > 0 && !tasks.some((task) => /text.?generation|chat|visual.?question/i.test(task))) return false;
  const outputs = [
    ...words(item["output_modalities"]),
    ...words(fieldOf(item["modalities"], "output_modalities")),
    ...words(fieldOf(item["architecture"], "output_modalities")),
  ];
  if (outputs.length > 0 && !outputs.includes("text")) return false;
  const endpoints = words(item["supported_endpoint_types"]);
  return endpoints.length === 0 || endpoints.some((endpoint) => /chat|openai|anthropic|messages/i.test(endpoint));
}

function isGoing(item: Readonly<Record<string, unknown>>): boolean {
  return (
    item["archived"] === true ||
    item["deprecated"] === true ||
    words(item["status"]).some((status) => /retir|shutdown|deprecat|offline/i.test(status))
  );
}

function words(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

function fieldOf(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

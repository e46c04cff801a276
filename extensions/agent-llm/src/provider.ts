import { llmErrors } from "./errors.ts";
import { checkLane } from "./guards.ts";
import { findKind, kindNames, type ProviderKind } from "./providers.ts";
import { type LlmSettings, providerDefaults, type ProviderSettings } from "./settings.ts";

/** The provider that answers, with nothing left to decide. */
export interface Provider {
  /** Its name under `providers`. */
  readonly id: string;
  readonly label: string;
  readonly kind: ProviderKind;
  /** What `/chat/completions` or `/messages` follows; no slash at its end. */
  readonly baseUrl: string;
  readonly modelsUrl: string;
  readonly apiKey?: string;
  /** Authentication and the operator's own headers; names are lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** A model id, or `"auto"`. */
  readonly model: string;
  readonly preferredModels: readonly string[];
  readonly systemPrompt?: string;
  readonly temperature?: number;
  readonly maxTokens?: number;
  readonly contextTokens: number;
  readonly requestTimeoutMs: number;
  readonly firstTokenTimeoutMs: number;
  readonly totalTimeoutMs: number;
  readonly retryMaxAttempts: number;
}

/**
 * Chooses and completes the provider that answers.
 *
 * @throws LLM_NO_PROVIDER, LLM_PROVIDER_UNKNOWN, LLM_PROVIDER_AMBIGUOUS, LLM_KIND_UNKNOWN, LLM_BASE_URL_MISSING,
 * LLM_BASE_URL_INVALID, LLM_WRONG_LANE, LLM_KEY_MISSING: each names the key to change.
 */
export function resolveProvider(settings: LlmSettings): Provider {
  const [id, written] = chooseProvider(settings);
  const kind = kindOf(id, written);
  const name = { id, label: kind.label };
  const baseUrl = baseUrlOf(name, kind, written.baseUrl);
  checkLane(name, kind, baseUrl);
  const apiKey = written.apiKey?.trim() || undefined;
  if (apiKey === undefined && kind.keyEnv[0] !== undefined) throw llmErrors.LLM_KEY_MISSING([name, kind.keyEnv[0]]);
  return {
    ...providerDefaults,
    ...definedOnly(written),
    ...name,
    kind,
    baseUrl,
    modelsUrl: modelsUrlOf(kind, baseUrl),
    ...(apiKey === undefined ? {} : { apiKey }),
    headers: { ...authHeaders(kind, apiKey), ...lowerCaseNames(written.headers ?? {}) },
    preferredModels: written.preferredModels ?? [],
  };
}

function chooseProvider(settings: LlmSettings): [id: string, written: ProviderSettings] {
  const providers = settings.providers ?? {};
  const ids = Object.keys(providers);
  const [only] = ids;
  if (only === undefined) throw llmErrors.LLM_NO_PROVIDER([]);
  if (settings.activeProvider === undefined && ids.length > 1) throw llmErrors.LLM_PROVIDER_AMBIGUOUS([ids]);
  const id = settings.activeProvider ?? only;
  const written = Object.hasOwn(providers, id) ? providers[id] : undefined;
  if (written === undefined) throw llmErrors.LLM_PROVIDER_UNKNOWN([id, ids]);
  return [id, written];
}

function kindOf(id: string, written: ProviderSettings): ProviderKind {
  const name = written.kind ?? id;
  const kind = findKind(name);
  if (kind === undefined) throw llmErrors.LLM_KIND_UNKNOWN([id, name, kindNames]);
  return kind;
}

/** The written address, or the kind's own. A bare host gets the kind's path; a whole chat address loses its tail. */
function baseUrlOf(name: { id: string; label: string }, kind: ProviderKind, written: string | undefined): string {
  if (written === undefined) {
    if (kind.baseUrl === undefined) throw llmErrors.LLM_BASE_URL_MISSING([name]);
    return kind.baseUrl;
  }
  const url = URL.parse(written.trim());
  if (url === null || !isPlainHttp(url)) throw llmErrors.LLM_BASE_URL_INVALID([name]);
  const path = url.pathname.replace(/\/+$/, "").replace(/\/(chat\/completions|messages)$/, "");
  const usualPath = kind.baseUrl === undefined ? "" : new URL(kind.baseUrl).pathname;
  return url.origin + (path === "" ? usualPath.replace(/\/$/, "") : path);
}

function isPlainHttp(url: URL): boolean {
  const isHttp = url.protocol === "http:" || url.protocol === "https:";
  return isHttp && url.username === "" && url.password === "" && url.search === "" && url.hash === "";
}

function modelsUrlOf(kind: ProviderKind, baseUrl: string): string {
  return new URL(kind.modelsPath, `${baseUrl}/`).href;
}

function authHeaders(kind: ProviderKind, apiKey: string | undefined): Record<string, string> {
  const version = kind.protocol === "anthropic" ? { "anthropic-version": "2023-06-01" } : {};
  if (apiKey === undefined) return version;
  return kind.protocol === "anthropic" ? { ...version, "x-api-key": apiKey } : { authorization: `Bearer ${apiKey}` };
}

function lowerCaseNames(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function definedOnly<T extends object>(value: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, held]) => held !== undefined)) as never;
}

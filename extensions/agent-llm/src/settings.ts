import type { ConfigSchema } from "@loong/sdk";
import { findKind, kindNames } from "./providers.ts";

/** What an operator writes at the top of the config file for this agent. */
export interface LlmSettings {
  /** Which of `providers` answers. May be left out when there is only one. */
  readonly activeProvider?: string;
  readonly providers?: Readonly<Record<string, ProviderSettings>>;
}

export interface ProviderSettings {
  /** May be left out when the name of the provider is one. */
  readonly kind?: string;
  readonly apiKey?: string;
  readonly model?: string;
  readonly preferredModels?: readonly string[];
  readonly baseUrl?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly systemPrompt?: string;
  readonly temperature?: number;
  readonly maxTokens?: number;
  readonly contextTokens?: number;
  readonly requestTimeoutMs?: number;
  readonly firstTokenTimeoutMs?: number;
  readonly totalTimeoutMs?: number;
  readonly retryMaxAttempts?: number;
}

/** What holds when the operator wrote nothing; the schema shows the same values. */
export const providerDefaults = {
  model: "auto",
  contextTokens: 32_000,
  requestTimeoutMs: 30_000,
  firstTokenTimeoutMs: 30_000,
  totalTimeoutMs: 300_000,
  retryMaxAttempts: 3,
} as const;

const timeout = (fallback: number, description: string) => ({
  type: "integer",
  minimum: 1,
  maximum: 3_600_000,
  default: fallback,
  description,
});

const usualEnv: Readonly<Record<string, string>> = Object.fromEntries(
  kindNames.flatMap((name) => (findKind(name)?.keyEnv ?? []).slice(0, 1).map((variable) => [name, variable])),
);

const providerSchema = {
  type: "object",
  additionalProperties: false,
  properties: {
    kind: {
      type: "string",
      enum: kindNames,
      title: "Kind",
      description: "Which service this is. May be left out when the provider is named after its kind.",
      examples: ["volcengine"],
    },
    apiKey: {
      type: "string",
      secret: true,
      title: "API key",
      description: 'The key of the provider: `{ env: "ARK_API_KEY" }`. Model servers on this machine need none.',
      usualEnv,
    },
    model: {
      type: "string",
      minLength: 1,
      default: providerDefaults.model,
      title: "Model",
      description: "A model id, or `auto`: the newest model of the provider that can chat.",
    },
    preferredModels: {
      type: "array",
      items: { type: "string", minLength: 1 },
      description: "What `auto` tries first, in this order.",
    },
    baseUrl: {
      type: "string",
      minLength: 1,
      description:
        "Another address for the API: what /chat/completions follows. A bare host gets the usual path of the kind.",
      examples: ["https://llm.example.com/v1"],
      env: ["LOONG_PROVIDER_BASE_URL"],
    },
    headers: {
      type: "object",
      additionalProperties: { type: "string", secret: true },
      description: "Sent with every request, over what Loong would send.",
    },
    systemPrompt: {
      type: "string",
      description: "Told to every model of this provider, before the agent's own prompt.",
    },
    temperature: { type: "number", minimum: 0, maximum: 2, description: "Left to the provider when absent." },
    maxTokens: {
      type: "integer",
      minimum: 1,
      description: "Most tokens in an answer. Left to the provider when absent.",
    },
    contextTokens: {
      type: "integer",
      minimum: 1_000,
      default: providerDefaults.contextTokens,
      description: "Most tokens of prompt and history, estimated. The oldest exchanges are left out first.",
    },
    requestTimeoutMs: timeout(
      providerDefaults.requestTimeoutMs,
      "Longest wait, in milliseconds, for a list of models or a probe.",
    ),
    firstTokenTimeoutMs: timeout(
      providerDefaults.firstTokenTimeoutMs,
      "Longest wait, in milliseconds, for an answer to begin.",
    ),
    totalTimeoutMs: timeout(
      providerDefaults.totalTimeoutMs,
      "Longest time, in milliseconds, for an answer with all its attempts.",
    ),
    retryMaxAttempts: {
      type: "integer",
      minimum: 1,
      maximum: 8,
      default: providerDefaults.retryMaxAttempts,
      description: "Attempts in one turn while nothing has been said yet.",
    },
  },
} as const;

/** Top-level config keys of this agent and their schema. */
export const settingsSchema: ConfigSchema<LlmSettings> = {
  type: "object",
  additionalProperties: false,
  properties: {
    activeProvider: {
      type: "string",
      title: "Active provider",
      description: "Which entry of `providers` answers. May be left out when there is only one.",
      examples: ["volcengine"],
    },
    providers: {
      type: "object",
      title: "Model providers",
      description: "By a name of your own. Only the active one is used.",
      additionalProperties: providerSchema,
    },
  },
};

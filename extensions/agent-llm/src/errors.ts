import { defineErrors } from "@loong/sdk";

/** A model provider as errors name it: its place in the config file and how people call it. */
export interface ProviderName {
  readonly id: string;
  readonly label: string;
}

const key = (provider: ProviderName, name: string) => `providers.${provider.id}.${name}`;
const named = (provider: ProviderName) => `${provider.label} (providers.${provider.id})`;
const saying = (detail: string) => (detail === "" ? "" : `: ${detail}`);
const again = "It is tried again on its own. `loong runtime models list` shows whether the provider answers now.";

/** Every code this agent can throw. `detail` is what the provider said, cut short and without secrets. */
export const llmErrors = defineErrors({
  // What the operator wrote.
  LLM_NO_PROVIDER: {
    message: "No model provider is configured.",
    hint: "Run `loong config set providers.volcengine.kind volcengine`, or another kind, then set its apiKey.",
  },
  LLM_PROVIDER_UNKNOWN: {
    message: (active: string, ids: readonly string[]) =>
      `activeProvider is "${active}", but only these are configured: ${ids.join(", ")}.`,
    hint: (_active: string, ids: readonly string[]) => `Run \`loong config set activeProvider ${ids[0] ?? "<id>"}\`.`,
  },
  LLM_PROVIDER_AMBIGUOUS: {
    message: (ids: readonly string[]) => `Several providers are configured and none is active: ${ids.join(", ")}.`,
    hint: (ids: readonly string[]) => `Run \`loong config set activeProvider ${ids[0] ?? "<id>"}\`.`,
  },
  LLM_KIND_UNKNOWN: {
    message: (id: string, kind: string) => `providers.${id}.kind is "${kind}", which is no kind of provider.`,
    hint: (id: string, _kind: string, known: readonly string[]) =>
      `Run \`loong config set providers.${id}.kind custom\` for any OpenAI-compatible server, or use one of: ${known.join(", ")}.`,
  },
  LLM_BASE_URL_MISSING: {
    message: (provider: ProviderName) => `${named(provider)} has no address of its own and none is configured.`,
    hint: (provider: ProviderName) =>
      `Run \`loong config set ${key(provider, "baseUrl")} https://…/v1\`: the address that /chat/completions follows.`,
  },
  LLM_BASE_URL_INVALID: {
    message: (provider: ProviderName) =>
      `${key(provider, "baseUrl")} is not an http or https address without user, password, query and fragment.`,
    hint: (provider: ProviderName) =>
      `Run \`loong config set ${key(provider, "baseUrl")} https://…/v1\`; put a key into ${key(provider, "apiKey")}.`,
  },
  LLM_WRONG_LANE: {
    message: (provider: ProviderName, kind: string, path: string) =>
      `${named(provider)} is of kind ${kind}, but its baseUrl leads to ${path}, which is billed differently.`,
    hint: (
      provider: ProviderName,
      _kind: string,
      _path: string,
      fix: { readonly kind: string; readonly path: string },
    ) =>
      `Run \`loong config set ${key(provider, "kind")} ${fix.kind}\`, or let ${key(provider, "baseUrl")} end in ${fix.path}.`,
  },
  LLM_KEY_MISSING: {
    message: (provider: ProviderName) => `${named(provider)} has no API key.`,
    hint: (provider: ProviderName, envName: string) =>
      `Add \`apiKey: { env: "${envName}" }\` to providers.${provider.id} and set ${envName}, or run \`loong config set ${key(provider, "apiKey")}\`.`,
  },

  // What the provider answered.
  LLM_AUTH: {
    message: (provider: ProviderName, status: number) => `${named(provider)} refused the API key (HTTP ${status}).`,
    hint: (provider: ProviderName, _status: number, envName: string) =>
      `Check ${key(provider, "apiKey")} (often from ${envName}): right provider, right region, still valid. Then run \`loong doctor\`.`,
    outcome: "bad-credentials",
  },
  LLM_BILLING: {
    message: (provider: ProviderName, detail: string) => `${named(provider)} wants to be paid first${saying(detail)}`,
    hint: (provider: ProviderName) =>
      `Top up the account behind ${key(provider, "apiKey")}, or run \`loong config set activeProvider …\` to use another.`,
    outcome: "bad-credentials",
  },
  LLM_MODEL_UNKNOWN: {
    message: (provider: ProviderName, model: string, detail: string) =>
      `${named(provider)} does not offer the model "${model}" to this account${saying(detail)}`,
    hint: (provider: ProviderName) =>
      `Choose one of \`loong runtime models list\`, or run \`loong config set ${key(provider, "model")} auto\`.`,
    outcome: "rejected",
  },
  LLM_NO_CHAT_MODEL: {
    message: (provider: ProviderName) => `${named(provider)} lists no model that can chat.`,
    hint: (provider: ProviderName) => `Run \`loong config set ${key(provider, "model")} <model id>\`.`,
    outcome: "rejected",
  },
  LLM_MODELS_UNLISTED: {
    message: (provider: ProviderName) => `${named(provider)} has no list of models, so "auto" cannot choose one.`,
    hint: (provider: ProviderName) => `Run \`loong config set ${key(provider, "model")} <model id>\`.`,
    outcome: "rejected",
  },
  LLM_ENDPOINT_UNKNOWN: {
    message: (provider: ProviderName, status: number, url: string) =>
      `${named(provider)} has nothing at ${url} (HTTP ${status}).`,
    hint: (provider: ProviderName) =>
      `Check ${key(provider, "baseUrl")}: it is the address that /chat/completions follows, often ending in /v1.`,
    outcome: "rejected",
  },
  LLM_CONTEXT_TOO_LONG: {
    message: (provider: ProviderName, detail: string) =>
      `The conversation is longer than the model of ${named(provider)} can read${saying(detail)}`,
    hint: (provider: ProviderName) =>
      `Run \`loong config set ${key(provider, "contextTokens")} 8000\`, or use a larger model.`,
    outcome: "rejected",
  },
  LLM_REFUSED: {
    message: (provider: ProviderName) => `${named(provider)} stopped the answer with its content filter.`,
    hint: (provider: ProviderName) => `Ask in other words, or change ${key(provider, "model")}.`,
    outcome: "rejected",
  },
  LLM_ANSWER_TOO_LONG: {
    message: (provider: ProviderName, maxLength: number) =>
      `The answer of ${named(provider)} passed ${maxLength} characters and was stopped.`,
    hint: (provider: ProviderName) => `Run \`loong config set ${key(provider, "maxTokens")} 4096\`.`,
    outcome: "rejected",
  },
  LLM_REJECTED: {
    message: (provider: ProviderName, status: number, detail: string) =>
      `${named(provider)} rejected the request (HTTP ${status})${saying(detail)}`,
    hint: (provider: ProviderName) =>
      `Compare providers.${provider.id} with the provider's page, then run \`loong doctor\`.`,
    outcome: "rejected",
  },

  // What may be better in a moment.
  LLM_RATE_LIMITED: {
    message: (provider: ProviderName, detail: string) =>
      `${named(provider)} limits the rate of requests${saying(detail)}`,
    hint: () =>
      `It is tried again when the provider allows. Raise the quota there, or lower \`agent.maxConcurrentTurns\`.`,
    outcome: "not-sent",
  },
  LLM_OVERLOADED: {
    message: (provider: ProviderName, status: number, detail: string) =>
      `${named(provider)} cannot serve right now (HTTP ${status})${saying(detail)}`,
    hint: again,
    outcome: "not-sent",
  },
  LLM_UNREACHABLE: {
    message: (provider: ProviderName, origin: string, reason: string) =>
      `${named(provider)} at ${origin} cannot be reached: ${reason}.`,
    hint: (provider: ProviderName) => `Check the network and ${key(provider, "baseUrl")}. ${again}`,
    outcome: "not-sent",
  },
  LLM_TIMEOUT: {
    message: (provider: ProviderName, what: string, timeoutMs: number) =>
      `${named(provider)} gave no ${what} within ${timeoutMs} ms.`,
    hint: (provider: ProviderName, _what: string, _timeoutMs: number, setting: string) =>
      `Run \`loong config set ${key(provider, setting)} …\` (milliseconds) if this model needs longer.`,
    outcome: "not-sent",
  },
  LLM_STREAM_CUT: {
    message: (provider: ProviderName) => `${named(provider)} broke off in the middle of an answer.`,
    hint: again,
    outcome: "not-sent",
  },
  LLM_EMPTY_ANSWER: {
    message: (provider: ProviderName, model: string) =>
      `The model "${model}" of ${named(provider)} answered with nothing.`,
    hint: (provider: ProviderName) =>
      `Raise ${key(provider, "maxTokens")} if it is set (a thinking model may spend it all), or change ${key(provider, "model")}.`,
    outcome: "not-sent",
  },
  LLM_BAD_RESPONSE: {
    message: (provider: ProviderName, what: string) => `${named(provider)} sent something that is no answer: ${what}`,
    hint: (provider: ProviderName) =>
      `Check that ${key(provider, "kind")} and ${key(provider, "baseUrl")} belong together.`,
    outcome: "not-sent",
  },
  LLM_PROBE_FAILED: {
    message: "The provider could not be asked, for a reason that is not known.",
    hint: "Try again; if it stays, run `LOONG_DEBUG=1 loong runtime models list` and report what it prints.",
  },
});

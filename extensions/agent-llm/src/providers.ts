/** How one kind of provider is reached. */
export interface ProviderKind {
  readonly id: string;
  /** Shown to people. */
  readonly label: string;
  readonly aliases: readonly string[];
  /** What is spoken: `/chat/completions` with a Bearer key, or `/messages` with `x-api-key`. */
  readonly protocol: "openai" | "anthropic";
  /** Where the API begins: `/chat/completions` or `/messages` follows. Absent: the operator writes `baseUrl`. */
  readonly baseUrl?: string;
  /** Where models are listed, as a URL reference resolved against `baseUrl` with a slash at its end. */
  readonly modelsPath: string;
  /** Environment variables an operator is likely to keep the key in, the usual one first. Empty: no key is needed. */
  readonly keyEnv: readonly string[];
  /** Providers that sell a coding plan at an address of its own: which of the two this kind is, and its counterpart. */
  readonly lane?: { readonly name: "general" | "coding"; readonly otherKind: string };
  /** Model names that `auto` tries before the list, where the provider keeps an alias for its current best. */
  readonly firstModels: readonly string[];
  /** The request field that bounds the answer. */
  readonly maxTokensField: "max_tokens" | "max_completion_tokens";
}

type Extra = Partial<Omit<ProviderKind, "id" | "label" | "baseUrl" | "keyEnv">>;
type Row = Omit<ProviderKind, "id">;

const chatCompletions = {
  aliases: [],
  protocol: "openai",
  modelsPath: "models",
  firstModels: [],
  maxTokensField: "max_tokens",
} as const;

/** A provider of the OpenAI chat completions protocol. */
function remote(label: string, baseUrl: string, keyEnv: readonly string[], extra: Extra = {}): Row {
  return { ...chatCompletions, label, baseUrl, keyEnv, ...extra };
}

/** A model server on this machine. It needs no key. */
function local(label: string, baseUrl: string): Row {
  return { ...chatCompletions, label, baseUrl, keyEnv: [] };
}

/** A provider whose address only the operator knows. */
function elsewhere(label: string, keyEnv: readonly string[], extra: Extra = {}): Row {
  return { ...chatCompletions, label, keyEnv, ...extra };
}

const ARK = "https://ark.cn-beijing.volces.com";
const ARK_INTL = "https://ark.ap-southeast.bytepluses.com";
const general = (otherKind: string) => ({ name: "general", otherKind }) as const;
// The coding plans keep the alias `ark-code-latest` for the model chosen in their console.
const coding = (otherKind: string): Extra => ({
  lane: { name: "coding", otherKind },
  firstModels: ["ark-code-latest"],
});

// prettier-ignore
const rows = {
  volcengine:        remote("Volcengine Ark", `${ARK}/api/v3`, ["ARK_API_KEY"], { aliases: ["ark", "doubao", "volcengine_custom", "volcengine_compatible"], lane: general("volcengine_coding") }),
  volcengine_coding: remote("Volcengine Ark Coding", `${ARK}/api/coding/v3`, ["ARK_API_KEY"], coding("volcengine")),
  byteplus:          remote("BytePlus ModelArk", `${ARK_INTL}/api/v3`, ["BYTEPLUS_API_KEY", "ARK_API_KEY"], { lane: general("byteplus_coding") }),
  byteplus_coding:   remote("BytePlus ModelArk Coding", `${ARK_INTL}/api/coding/v3`, ["BYTEPLUS_API_KEY", "ARK_API_KEY"], coding("byteplus")),

  openai:     remote("OpenAI", "https://api.openai.com/v1", ["OPENAI_API_KEY"], { maxTokensField: "max_completion_tokens" }),
  anthropic:  remote("Anthropic", "https://api.anthropic.com/v1", ["ANTHROPIC_API_KEY"], { protocol: "anthropic", modelsPath: "models?limit=1000", aliases: ["claude"] }),
  gemini:     remote("Google Gemini", "https://generativelanguage.googleapis.com/v1beta/openai", ["GEMINI_API_KEY", "GOOGLE_API_KEY"], { aliases: ["google"] }),
  xai:        remote("xAI", "https://api.x.ai/v1", ["XAI_API_KEY"], { aliases: ["grok"], modelsPath: "language-models" }),
  mistral:    remote("Mistral", "https://api.mistral.ai/v1", ["MISTRAL_API_KEY"]),
  cohere:     remote("Cohere", "https://api.cohere.ai/compatibility/v1", ["COHERE_API_KEY"], { modelsPath: "/v1/models" }),
  perplexity: remote("Perplexity", "https://api.perplexity.ai", ["PERPLEXITY_API_KEY"]),

  deepseek:    remote("DeepSeek", "https://api.deepseek.com/v1", ["DEEPSEEK_API_KEY"]),
  qwen:        remote("Qwen", "https://dashscope.aliyuncs.com/compatible-mode/v1", ["DASHSCOPE_API_KEY", "QWEN_API_KEY"], { aliases: ["dashscope", "bailian"] }),
  bailian_coding: remote("Bailian Coding", "https://coding.dashscope.aliyuncs.com/v1", ["BAILIAN_API_KEY"]),
  kimi:        remote("Kimi", "https://api.moonshot.cn/v1", ["MOONSHOT_API_KEY"], { aliases: ["moonshot"] }),
  kimi_coding: remote("Kimi Coding", "https://api.kimi.com/coding/v1", ["KIMI_CODING_API_KEY"], { firstModels: ["kimi-for-coding"] }),
  zhipu:       remote("Zhipu", "https://open.bigmodel.cn/api/paas/v4", ["ZHIPUAI_API_KEY", "ZHIPU_API_KEY"], { aliases: ["glm", "bigmodel"] }),
  zai:         remote("Z.ai", "https://api.z.ai/api/paas/v4", ["ZAI_API_KEY"]),
  minimax:     remote("MiniMax", "https://api.minimaxi.com/v1", ["MINIMAX_API_KEY"]),
  qianfan:     remote("Baidu Qianfan", "https://qianfan.baidubce.com/v2", ["QIANFAN_API_KEY"], { aliases: ["baidu"] }),
  stepfun:     remote("StepFun", "https://api.stepfun.com/v1", ["STEP_API_KEY"]),
  step_plan:   remote("StepFun Plan", "https://api.stepfun.com/step_plan/v1", ["STEP_API_KEY"]),
  xiaomi:      remote("Xiaomi MiMo", "https://api.xiaomimimo.com/v1", ["XIAOMI_API_KEY", "MIMO_API_KEY", "XIAOMIMIMO_API_KEY"], { aliases: ["mimo"] }),

  siliconflow:       remote("SiliconFlow", "https://api.siliconflow.com/v1", ["SILICONFLOW_API_KEY"]),
  openrouter:        remote("OpenRouter", "https://openrouter.ai/api/v1", ["OPENROUTER_API_KEY"]),
  groq:              remote("Groq", "https://api.groq.com/openai/v1", ["GROQ_API_KEY"]),
  cerebras:          remote("Cerebras", "https://api.cerebras.ai/v1", ["CEREBRAS_API_KEY"], { modelsPath: "/public/v1/models" }),
  fireworks:         remote("Fireworks", "https://api.fireworks.ai/inference/v1", ["FIREWORKS_API_KEY", "FIREWORKS_AI_API_KEY"]),
  together:          remote("Together", "https://api.together.xyz/v1", ["TOGETHER_API_KEY"]),
  novita:            remote("Novita", "https://api.novita.ai/v3/openai", ["NOVITA_API_KEY"]),
  nvidia:            remote("NVIDIA NIM", "https://integrate.api.nvidia.com/v1", ["NVIDIA_API_KEY"], { aliases: ["nvidia_nim"] }),
  sambanova:         remote("SambaNova", "https://api.sambanova.ai/v1", ["SAMBANOVA_API_KEY"]),
  venice:            remote("Venice", "https://api.venice.ai/api/v1", ["VENICE_API_KEY"]),
  opencode_zen:      remote("OpenCode Zen", "https://opencode.ai/zen/v1", ["OPENCODE_API_KEY"]),
  opencode_go:       remote("OpenCode Go", "https://opencode.ai/zen/go/v1", ["OPENCODE_API_KEY"]),
  vercel_ai_gateway: remote("Vercel AI Gateway", "https://ai-gateway.vercel.sh/v1", ["AI_GATEWAY_API_KEY", "VERCEL_API_KEY"]),

  ollama:    local("Ollama", "http://127.0.0.1:11434/v1"),
  llamacpp:  local("llama.cpp", "http://127.0.0.1:8080/v1"),
  lm_studio: local("LM Studio", "http://127.0.0.1:1234/v1"),
  vllm:      local("vLLM", "http://127.0.0.1:8000/v1"),
  sglang:    local("SGLang", "http://127.0.0.1:30000/v1"),

  cloudflare_ai_gateway: elsewhere("Cloudflare AI Gateway", ["CLOUDFLARE_API_KEY", "CLOUDFLARE_AI_GATEWAY_API_KEY"], { aliases: ["cloudflare"] }),
  // Many servers behind `custom` ask for no key, so none is demanded.
  custom:                elsewhere("Custom provider", [], { aliases: ["openai_custom", "openai_compatible"] }),
} satisfies Record<string, Row>;

/** Every kind, in the order people are shown them. */
const providerKinds: readonly ProviderKind[] = Object.entries(rows).map(([id, row]) => ({ id, ...row }));

/** Every word an operator may write as `kind`: ids first, then aliases. */
export const kindNames: readonly string[] = [
  ...providerKinds.map((kind) => kind.id),
  ...providerKinds.flatMap((kind) => kind.aliases),
];

/** Finds a kind by id or alias; `-` is read as `_`. */
export function findKind(name: string): ProviderKind | undefined {
  const wanted = name.toLowerCase().replaceAll("-", "_");
  return providerKinds.find((kind) => kind.id === wanted || kind.aliases.includes(wanted));
}

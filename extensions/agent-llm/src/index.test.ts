import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type AgentRuntime, type LoongError, manifestOf, type Turn } from "@loong/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type LlmEmulator, type LlmFault, startLlmEmulator } from "./emulator/index.ts";
import llm from "./index.ts";
import type { ProviderSettings } from "./settings.ts";

let provider: LlmEmulator;
const warnings: string[] = [];
const logged: string[] = [];

// The first turn would load it, and a turn's time is limited.
beforeAll(async () => void (await import("ai")), 60_000);

beforeAll(async () => {
  provider = await startLlmEmulator({ keys: ["right-key"] });
});
afterAll(() => provider.close());
afterEach(() => {
  provider.clear();
  warnings.length = 0;
});

function open(change: Partial<ProviderSettings> = {}): AgentRuntime {
  const note = (message: string, fields: unknown) => void logged.push(message + JSON.stringify(fields ?? {}));
  const log = {
    debug: note,
    info: note,
    error: note,
    warn(message: string, fields: unknown) {
      warnings.push(message);
      note(message, fields);
    },
  };
  const settings = { kind: "volcengine", apiKey: "right-key", baseUrl: `${provider.url}/api/v3`, ...change };
  return llm.open({ providers: { main: settings } }, { log, dataDir: "", clock: { now: Date.now } });
}

const turn: Turn = {
  id: "1",
  conversationKey: "chat/main/room",
  conversation: { id: "room", type: "direct" },
  systemPrompt: "Be brief.",
  history: [
    { role: "user", text: "first", atMs: 0 },
    { role: "assistant", text: "You said: first", atMs: 1 },
  ],
  input: { sender: { id: "ann" }, text: "hello" },
};

async function answer(
  agent: AgentRuntime,
  signal = AbortSignal.timeout(10_000),
): Promise<{ text: string; model: string | undefined }> {
  let text = "";
  let model: string | undefined;
  for await (const event of agent.run(turn, signal)) {
    if (event.type === "text") text += event.delta;
    else model = event.model;
  }
  return { text, model };
}

const failure = async (agent: AgentRuntime) =>
  answer(agent).then(
    () => undefined,
    (error: LoongError) => ({ code: error.code, outcome: error.outcome, retryAfterMs: error.retryAfterMs }),
  );

test.each([
  ["OpenAI's protocol", { kind: "openai", path: "/v1" }],
  ["Ark", { kind: "volcengine", path: "/api/v3" }],
  ["the coding plan of Ark", { kind: "volcengine_coding", path: "/api/coding/v3", model: "doubao-seed-2-0-260628" }],
  ["Anthropic's protocol", { kind: "anthropic", path: "/v1" }],
])("answers over %s, with history and system prompt", async (_, { kind, path, ...rest }) => {
  const { text, model } = await answer(open({ kind, baseUrl: `${provider.url}${path}`, ...rest }));
  expect(text).toBe("You said: hello (after 1 earlier)");
  expect(model).toBe("doubao-seed-2-0-260628");
  expect(JSON.stringify(provider.requests().at(-1)?.body)).toContain("Be brief.");
});

test.each([
  ["openai", "max_completion_tokens"],
  ["deepseek", "max_tokens"],
])("bounds the answer of %s by %s", async (kind, field) => {
  await answer(open({ kind, baseUrl: `${provider.url}/v1`, maxTokens: 77 }));
  expect(provider.requests().at(-1)?.body).toMatchObject({ [field]: 77 });
});

test("probe names the model that auto picks, and fails with a wrong key", async () => {
  const signal = AbortSignal.timeout(5_000);
  expect(await open().models?.probe(signal)).toMatchObject({
    ok: true,
    providerId: "main",
    providerKind: "volcengine",
    model: "doubao-seed-2-0-260628",
    modelCount: 8,
    problems: [],
  });
  expect(await open({ apiKey: "wrong-key" }).models?.probe(signal)).toMatchObject({
    ok: false,
    problems: [{ code: "LLM_AUTH" }],
  });
  expect(await open({ baseUrl: "http://127.0.0.1:9/api/v3" }).models?.probe(signal)).toMatchObject({
    ok: false,
    problems: [{ code: "LLM_UNREACHABLE" }],
  });
});

test("a provider without a list is probed with a question", async () => {
  provider.add({ kind: "status", status: 404 }, { path: "models" });
  const agent = open({ model: "doubao-seed-2-0-260628" });
  expect(await agent.models?.probe(AbortSignal.timeout(5_000))).toMatchObject({
    ok: true,
    model: "doubao-seed-2-0-260628",
  });
});

describe("when the provider fails", () => {
  const once: [string, LlmFault][] = [
    ["is overloaded", { kind: "status", status: 503 }],
    ["limits the rate", { kind: "status", status: 429, retryAfterSeconds: 0 }],
    ["says nothing", { kind: "empty" }],
    [
      "hides an error in HTTP 200",
      { kind: "error-in-200", body: { error: { code: "rate_limit_exceeded", message: "slow down" } } },
    ],
  ];
  test.each(once)("and %s once, it is asked again", async (_, fault) => {
    provider.add(fault);
    expect((await answer(open())).text).toContain("You said: hello");
    expect(warnings).toHaveLength(1);
  });

  const final: [string, LlmFault, object][] = [
    [
      "asks for a long wait",
      { kind: "status", status: 429, retryAfterSeconds: 60 },
      { code: "LLM_RATE_LIMITED", outcome: "not-sent", retryAfterMs: 60_000 },
    ],
    ["cuts the answer", { kind: "cut", afterPieces: 2 }, { code: "LLM_STREAM_CUT", outcome: "not-sent" }],
    ["sends garbage", { kind: "garbage" }, { code: "LLM_BAD_RESPONSE", outcome: "not-sent" }],
    ["wants money", { kind: "status", status: 402 }, { code: "LLM_BILLING", outcome: "bad-credentials" }],
    [
      "refuses the request",
      { kind: "status", status: 400, body: { error: { message: "no" } } },
      { code: "LLM_REJECTED", outcome: "rejected" },
    ],
  ];
  test.each(final)("and %s, the turn says what that means", async (_, fault, expected) => {
    provider.add(fault, { times: 9 });
    expect(await failure(open({ retryMaxAttempts: 1 }))).toMatchObject(expected);
  });

  test("a model that does not begin is given up in time", async () => {
    provider.add({ kind: "hang" });
    expect(await failure(open({ firstTokenTimeoutMs: 100, retryMaxAttempts: 1 }))).toMatchObject({
      code: "LLM_TIMEOUT",
      outcome: "not-sent",
    });
  });

  test("a wrong key is said at once", async () => {
    expect(await failure(open({ apiKey: "wrong-key" }))).toMatchObject({
      code: "LLM_AUTH",
      outcome: "bad-credentials",
    });
    expect(warnings).toEqual([]);
  });

  test("a preferred model that is gone makes way for the next, and is not asked again soon", async () => {
    const agent = open({ preferredModels: ["gone-model"] });
    expect((await answer(agent)).model).toBe("doubao-seed-2-0-260628");
    const asked = () => provider.requests().filter(({ body }) => JSON.stringify(body).includes("gone-model")).length;
    const before = asked();
    expect((await answer(agent)).model).toBe("doubao-seed-2-0-260628");
    expect(asked()).toBe(before);
  });
});

test("abort ends a slow answer at once", async () => {
  provider.add({ kind: "slow", pieceDelayMs: 60_000 });
  await expect(answer(open(), AbortSignal.timeout(100))).rejects.toThrow(/abort|timeout/i);
});

test.each([
  [{ kind: "volcengine", baseUrl: "https://ark.cn-beijing.volces.com/api/coding/v3" }, "LLM_WRONG_LANE"],
  [{ kind: "byteplus_coding", baseUrl: "https://ark.ap-southeast.bytepluses.com/api/v3" }, "LLM_WRONG_LANE"],
  [{ kind: "no-such-kind" }, "LLM_KIND_UNKNOWN"],
  [{ kind: "volcengine", apiKey: "" }, "LLM_KEY_MISSING"],
])("a configuration that cannot work is told before anybody is asked: %j", async (change, code) => {
  expect((await open(change).models?.probe(AbortSignal.timeout(1_000)))?.problems[0]?.code).toBe(code);
});

test("no key stands in any log line", () => {
  expect(logged.join("\n")).not.toMatch(/right-key|wrong-key/);
});

test("the manifest in package.json is made from the code", () => {
  const { loong } = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8")) as {
    loong: unknown;
  };
  expect(loong).toEqual(manifestOf(llm));
});

test("opening the agent loads no model library; the first turn does", { timeout: 60_000 }, () => {
  const script = `
    const { registerHooks } = await import("node:module");
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    const librarySeen = () => loaded.some((url) => /node_modules\\/(ai|@ai-sdk)\\//.test(url));
    const { default: llm } = await import("./src/index.ts");
    const agent = llm.open({ providers: { openai: { apiKey: "k", model: "m", baseUrl: "http://127.0.0.1:9", retryMaxAttempts: 1 } } }, { log: {}, dataDir: "", clock: Date });
    const opened = librarySeen();
    const turn = { id: "1", conversation: { type: "direct" }, history: [], input: { sender: {}, text: "hi" } };
    try { for await (const event of agent.run(turn, new AbortController().signal)); } catch {}
    console.log(opened, librarySeen());
  `;
  const args = ["--conditions=@loong/source", "--input-type=module", "-e", script];
  const out = execFileSync(process.execPath, args, { cwd: join(import.meta.dirname, ".."), encoding: "utf8" });
  expect(out.trim()).toBe("false true");
});

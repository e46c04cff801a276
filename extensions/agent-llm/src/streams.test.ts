import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { AgentRuntime, LoongError, Turn } from "@loong/sdk";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { type LlmEmulator, startLlmEmulator } from "./emulator/index.ts";
import llm from "./index.ts";
import type { ProviderSettings } from "./settings.ts";

// The first turn would load it, and a turn's time is limited.
beforeAll(async () => void (await import("ai")), 60_000);

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

/** A provider that has no list of models and streams whatever `write` writes. */
async function providerThat(write: (response: ServerResponse) => void | Promise<void>): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    if (request.url?.endsWith("/models")) return void response.writeHead(404).end("{}");
    response.writeHead(200, { "content-type": "text/event-stream" });
    void write(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

async function emulator(): Promise<LlmEmulator> {
  const provider = await startLlmEmulator();
  closing.push(() => void provider.close());
  return provider;
}

function open(baseUrl: string, change: Partial<ProviderSettings> = {}): AgentRuntime {
  const silent = () => {};
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const main = { kind: "openai", apiKey: "some-key", model: "m", baseUrl, retryMaxAttempts: 1, ...change };
  return llm.open({ providers: { main } }, { log, dataDir: "", clock: { now: Date.now } });
}

const turn: Turn = {
  id: "1",
  conversationKey: "chat/main/room",
  conversation: { id: "room", type: "direct" },
  history: [],
  input: { sender: { id: "ann" }, text: "hello" },
};

/** What came out, and how it ended: `"done"` or the code of an error. */
async function outcomeOf(agent: AgentRuntime): Promise<{ text: string; end: string }> {
  let text = "";
  try {
    for await (const event of agent.run(turn, AbortSignal.timeout(8_000)))
      if (event.type === "text") text += event.delta;
    return { text, end: "done" };
  } catch (error) {
    return { text, end: (error as LoongError).code };
  }
}

const events = (...values: object[]) => values.map((value) => `data: ${JSON.stringify(value)}\n\n`).join("");
const delta = (delta: object, reason: string | null = null) => ({
  id: "1",
  model: "m",
  choices: [{ index: 0, delta, finish_reason: reason }],
});

describe("half an answer is never a whole one", () => {
  test.each([
    ["openai", "cut"],
    ["openai", "end-early"],
    ["anthropic", "cut"],
    ["anthropic", "end-early"],
  ] as const)("over %s, when the stream is %s", async (kind, fault) => {
    const provider = await emulator();
    provider.add({ kind: fault, afterPieces: 2 });
    const { text, end } = await outcomeOf(open(`${provider.url}/v1`, { kind, model: "auto" }));
    expect(end).toBe("LLM_STREAM_CUT");
    // What came just before the cut is lost when nobody has read it yet.
    expect(["", "You ", "You said: "]).toContain(text);
  });

  test("when it stalls after the first word", async () => {
    const provider = await emulator();
    provider.add({ kind: "stall", afterPieces: 1 });
    const agent = open(`${provider.url}/v1`, { model: "auto", totalTimeoutMs: 1_500 });
    expect(await outcomeOf(agent)).toEqual({ text: "You ", end: "LLM_TIMEOUT" });
  });

  test("but one that ends at the operator's own maxTokens is whole", async () => {
    const url = await providerThat((response) => void response.end(events(delta({ content: "long" }, "length"))));
    expect(await outcomeOf(open(url))).toEqual({ text: "long", end: "done" });
  });
});

test("a model that thinks longer than firstTokenTimeoutMs has begun", async () => {
  const url = await providerThat(async (response) => {
    response.write(events(delta({ reasoning_content: "hm " })));
    await sleep(1_300);
    response.end(events(delta({ content: "42" }), delta({}, "stop")));
  });
  expect(await outcomeOf(open(url, { firstTokenTimeoutMs: 1_200 }))).toEqual({ text: "42", end: "done" });
});

test.each([
  [{ code: "invalid_api_key", message: "bad key" }, "LLM_AUTH"],
  [{ code: "rate_limit_exceeded", message: "slow down" }, "LLM_RATE_LIMITED"],
  [{ code: "server_error", message: "the server is overloaded" }, "LLM_OVERLOADED"],
  [{ message: "something" }, "LLM_BAD_RESPONSE"],
])("an error inside the stream means what it would mean outside: %j", async (error, code) => {
  const url = await providerThat((response) => void response.end(events({ error })));
  expect(await outcomeOf(open(url))).toEqual({ text: "", end: code });
});

describe("an error of the other protocol means the same as its first event and in the middle", () => {
  const started = (index: number) => [
    { type: "message_start", message: { id: "1", model: "m", content: [], usage: { input_tokens: 1 } } },
    { type: "content_block_start", index, content_block: { type: "text", text: "" } },
    { type: "content_block_delta", index, delta: { type: "text_delta", text: "Hel" } },
  ];
  test.each([
    ["overloaded_error", "LLM_OVERLOADED"],
    ["api_error", "LLM_OVERLOADED"],
    ["rate_limit_error", "LLM_RATE_LIMITED"],
    ["authentication_error", "LLM_AUTH"],
  ])("%s", async (type, code) => {
    const error = { type: "error", error: { type, message: "Sorry" } };
    const first = await providerThat((response) => void response.end(events(error)));
    expect(await outcomeOf(open(first, { kind: "anthropic" }))).toEqual({ text: "", end: code });
    const later = await providerThat((response) => void response.end(events(...started(0), error)));
    expect(await outcomeOf(open(later, { kind: "anthropic" }))).toEqual({ text: "Hel", end: code });
  });
});

describe("a probe", () => {
  const probe = (agent: AgentRuntime) => agent.models?.probe(AbortSignal.timeout(5_000));

  test("refuses a configured model that the provider does not offer", async () => {
    const provider = await emulator();
    expect(await probe(open(`${provider.url}/v1`, { model: "no-such-model" }))).toMatchObject({
      ok: false,
      problems: [{ code: "LLM_MODEL_UNKNOWN" }],
    });
  });

  test("takes a thought for a sign of life", async () => {
    const url = await providerThat(
      (response) => void response.end(events(delta({ reasoning_content: "h" }), delta({}, "length"))),
    );
    expect(await probe(open(url))).toMatchObject({ ok: true, model: "m", problems: [] });
  });

  test("does not wait longer than requestTimeoutMs", async () => {
    const url = await providerThat(() => {});
    expect(await probe(open(url, { requestTimeoutMs: 200 }))).toMatchObject({
      ok: false,
      problems: [{ code: "LLM_TIMEOUT" }],
    });
  });
});

test("a turn that is aborted before it begins asks nobody, and leaves no failure behind", async () => {
  const provider = await emulator();
  const agent = open(`${provider.url}/v1`, { model: "auto" });
  const run = agent.run(turn, AbortSignal.abort())[Symbol.asyncIterator]();
  await expect(run.next()).rejects.toThrow(/abort/i);
  expect(provider.requests()).toEqual([]);
});

test("a redirect is not followed, since it would carry the key elsewhere", async () => {
  let visits = 0;
  const elsewhere = await providerThat((response) => {
    visits++;
    response.end();
  });
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(307, { location: `${elsewhere}/chat/completions` }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  expect(await outcomeOf(open(url))).toEqual({ text: "", end: "LLM_ENDPOINT_UNKNOWN" });
  expect(visits).toBe(0);
});

import { describe, expect, test } from "vitest";
import { defaultCatalogue } from "./emulator/catalogue.ts";
import { candidates, readModels } from "./models.ts";
import { resolveProvider } from "./provider.ts";

const provider = resolveProvider({ providers: { volcengine: { apiKey: "k", preferredModels: [] } } });
const chatIds = (list: unknown) =>
  readModels(list)
    .filter((model) => model.chat && model.retiring !== true)
    .map(({ id }) => id);

test.each([
  ["data", { data: [{ id: "m1" }] }],
  ["models", { models: [{ id: "m1" }] }],
  ["a bare list", [{ id: "m1" }]],
  ["Result.Items", { Result: { Items: [{ id: "m1" }] } }],
  ["result.models", { result: { models: [{ name: "m1" }] } }],
  ["names alone", { data: ["m1"] }],
])("reads a list under %s", (_, body) => {
  expect(readModels(body)).toEqual([{ id: "m1", chat: true }]);
});

test.each([[null], ["<html>"], [{}], [{ data: [{}, null, { id: "" }] }]])("finds no model in %j", (body) => {
  expect(readModels(body)).toEqual([]);
});

describe("auto", () => {
  test("takes the newest chat model; never a picture, a video, an embedding, speech, or one that is going away", () => {
    expect(candidates(provider, readModels({ data: defaultCatalogue }))).toEqual([
      "doubao-seed-2-0-260628",
      "doubao-seed-1-6-250615",
    ]);
  });

  test.each([
    "text-embedding-3-large",
    "gpt-image-1",
    "whisper-1",
    "tts-1-hd",
    "omni-moderation-latest",
    "doubao-seedream-4-0",
    "wan2-1-t2v",
    "qwen-vl-ocr",
    "bge-reranker-v2",
    "gpt-4o-transcribe",
    "imagen-4",
    "sora-2",
    "doubao-seed3d-1-0",
  ])("knows that %s does other work", (id) => {
    expect(chatIds([{ id }])).toEqual([]);
  });

  test.each([
    "gpt-5.2",
    "claude-opus-5",
    "deepseek-chat",
    "kimi-k3",
    "glm-5",
    "qwen3-max",
    "doubao-seed-2-0-pro",
    "llama3.3:70b",
    "gemini-3-pro",
  ])("knows that %s can talk", (id) => {
    expect(chatIds([{ id }])).toEqual([id]);
  });

  test("believes what the list says about tasks, outputs and endpoints", () => {
    const list = [
      { id: "a", task_type: ["ImageGeneration"] },
      { id: "b", modalities: { output_modalities: ["video"] } },
      { id: "c", supported_endpoint_types: ["embeddings"] },
      { id: "d", supports_chat: false },
      { id: "e", archived: true },
      { id: "f", task_type: ["TextGeneration"], supported_endpoint_types: ["openai"] },
    ];
    expect(chatIds(list)).toEqual(["f"]);
  });

  test("tries what the operator prefers first, then the alias the coding plan keeps", () => {
    const coding = resolveProvider({ providers: { volcengine_coding: { apiKey: "k", preferredModels: ["mine"] } } });
    expect(candidates(coding, readModels([{ id: "other" }]))).toEqual(["mine", "ark-code-latest", "other"]);
  });

  test("says so when nothing on the list can talk", () => {
    expect(() => candidates(provider, readModels([{ id: "text-embedding-3" }]))).toThrow(
      expect.objectContaining({ code: "LLM_NO_CHAT_MODEL" }),
    );
  });
});

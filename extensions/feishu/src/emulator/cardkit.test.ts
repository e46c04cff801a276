import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Client } from "@larksuiteoapi/node-sdk";
import { createStillClock } from "@loong/emulator-kit";
import { officialClient } from "../../test/emulator/official-sdk.ts";
import { DEFAULT_APP, startFeishuEmulator, type ChatHandle, type FeishuEmulator } from "./index.ts";

const OTHER_APP = { appId: "cli_00000000000000e1", appSecret: "other", botName: "Other" };

let emulator: FeishuEmulator;
let client: Client;
let ops: ChatHandle;
let card_id: string;

beforeEach(async () => {
  emulator = await startFeishuEmulator({ apps: [DEFAULT_APP, OTHER_APP], clock: createStillClock() });
  client = officialClient(emulator.url);
  ops = emulator.group("Ops", [emulator.user("Ada")], [DEFAULT_APP.appId]);
  card_id = await make();
});
afterEach(() => emulator.close());

function cardWith(elements: readonly object[], streaming_mode = true): string {
  return JSON.stringify({ schema: "2.0", config: { streaming_mode }, body: { elements } });
}
async function make(data = cardWith([{ tag: "markdown", element_id: "answer", content: "…" }])): Promise<string> {
  const made = await client.cardkit.v1.card.create({ data: { type: "card_json", data } });
  return made.data?.card_id ?? String(made.code);
}
function write(content: string, sequence: number, uuid?: string, element_id = "answer") {
  const data = { content, sequence, ...(uuid === undefined ? {} : { uuid }) };
  return client.cardkit.v1.cardElement.content({ path: { card_id, element_id }, data });
}
function settings(streaming_mode: boolean, sequence: number) {
  const data = { settings: JSON.stringify({ config: { streaming_mode } }), sequence };
  return client.cardkit.v1.card.settings({ path: { card_id }, data });
}
function send(id = card_id) {
  const content = JSON.stringify({ type: "card", data: { card_id: id } });
  return client.im.message.create({
    params: { receive_id_type: "chat_id" },
    data: { receive_id: ops.chatId, msg_type: "interactive", content },
  });
}
async function code(call: Promise<unknown>): Promise<number> {
  return call.then(
    () => 0,
    (error: { response: { data: { code: number } } }) => error.response.data.code,
  );
}

test("a card is made, sent once, streamed into and closed", async () => {
  await send();
  await write("Hel", 1);
  await write("Hello", 2);
  expect(emulator.shows(ops)).toMatchObject([{ text: "Hello", generating: true }]);
  await settings(false, 3);
  expect(emulator.shows(ops)).toMatchObject([{ text: "Hello", generating: false }]);
  expect(emulator.cards()[0]?.history.map((step) => [step.what, step.content])).toEqual([
    ["content", "Hel"],
    ["content", "Hello"],
    ["settings", undefined],
  ]);
  expect(await code(send())).toBe(230099);
});

test("watchers of the room see the words grow", async () => {
  await send();
  const done = emulator.waitFor(ops, (message) => message.text === "all of it");
  await write("all", 1);
  await write("all of it", 2);
  await expect(done).resolves.toMatchObject({ text: "all of it" });
});

describe("an operation is refused", () => {
  test("out of sequence, without using it up", async () => {
    await write("a", 5);
    expect(await code(write("b", 5))).toBe(300317);
    expect(await code(write("", 6))).toBe(300307);
    expect(await code(write("c", 6))).toBe(0);
  });

  test("under a key that meant something else", async () => {
    expect(await code(write("a", 1, "key"))).toBe(0);
    expect(await code(write("a", 1, "key"))).toBe(0);
    expect(await code(write("b", 2, "key"))).toBe(200770);
    expect(emulator.cards()[0]?.history).toHaveLength(1);
  });

  test("when streaming is off, or has timed out until it is opened again", async () => {
    await settings(false, 1);
    expect(await code(write("a", 2))).toBe(300309);
    await settings(true, 3);
    emulator.advance(10 * 60_000);
    expect(await code(write("b", 4))).toBe(200850);
    await settings(true, 5);
    expect(await code(write("c", 6))).toBe(0);
  });

  test("for cards and elements that are not there, old, or of another app", async () => {
    expect(await code(write("a", 1, undefined, "nothing"))).toBe(300313);
    client = officialClient(emulator.url, OTHER_APP);
    expect(await code(write("a", 1))).toBe(300311);
    client = officialClient(emulator.url);
    emulator.advance(15 * 24 * 3_600_000);
    client = officialClient(emulator.url);
    expect(await code(write("a", 1))).toBe(200750);
    card_id = "7000";
    expect(await code(write("a", 1))).toBe(200740);
  });
});

test("a card beyond its limits is not made", async () => {
  const element = (element_id: string) => ({ tag: "markdown", element_id, content: "x" });
  const many = Array.from({ length: 201 }, (_, index) => element(`e${index}`));
  expect(await code(make(cardWith(many)))).toBe(300305);
  expect(await code(make(cardWith([element("same"), element("same")])))).toBe(300301);
  expect(await code(make(cardWith([element("1st")])))).toBe(10002);
  expect(await code(make(JSON.stringify({ elements: [] })))).toBe(300303);
  expect(await code(make(cardWith([{ tag: "markdown", content: "x".repeat(31_000) }])))).toBe(200860);
});

test("elements are added, replaced, patched and deleted, one by one or in a batch", async () => {
  await send();
  const element = (element_id: string, content: string) => ({ tag: "markdown", element_id, content });
  const path = { card_id, element_id: "b" };
  const shown = () => emulator.shows(ops)[0]?.text.split("\n");
  const add = {
    type: "insert_before" as const,
    target_element_id: "answer",
    elements: JSON.stringify([element("b", "before")]),
    sequence: 1,
  };
  await client.cardkit.v1.cardElement.create({ path: { card_id }, data: add });
  expect(shown()).toEqual(["before", "…"]);
  await client.cardkit.v1.cardElement.patch({ path, data: { partial_element: '{"content":"patched"}', sequence: 2 } });
  expect(shown()).toEqual(["patched", "…"]);
  await client.cardkit.v1.cardElement.update({
    path,
    data: { element: JSON.stringify(element("b", "replaced")), sequence: 3 },
  });
  expect(shown()).toEqual(["replaced", "…"]);
  await client.cardkit.v1.cardElement.delete({ path, data: { sequence: 4 } });
  const actions = [
    { action: "add_elements", params: { type: "append", elements: [element("c", "end")] } },
    { action: "partial_update_element", params: { element_id: "answer", partial_element: { content: "start" } } },
    { action: "partial_update_setting", params: { settings: { config: { streaming_mode: false } } } },
  ];
  await client.cardkit.v1.card.batchUpdate({
    path: { card_id },
    data: { actions: JSON.stringify(actions), sequence: 5 },
  });
  expect(shown()).toEqual(["start", "end"]);
  expect(emulator.cards()[0]).toMatchObject({ streaming: false, sequence: 5 });
  await client.cardkit.v1.card.update({
    path: { card_id },
    data: { card: { type: "card_json", data: cardWith([element("z", "new")]) }, sequence: 6 },
  });
  expect(shown()).toEqual(["new"]);
});

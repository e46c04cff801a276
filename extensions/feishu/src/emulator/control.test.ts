import { afterEach, beforeEach, expect, test } from "vitest";
import { officialListener, until } from "../../test/emulator/official-sdk.ts";
import { DEFAULT_APP, emulator as command } from "./index.ts";

const APP = DEFAULT_APP.appId;
let running: Awaited<ReturnType<typeof command.start>>;

beforeEach(async () => {
  running = await command.start({ args: [] });
});
afterEach(() => running.close());

async function control<T = Record<string, unknown>>(route: string, body?: object): Promise<T> {
  const [method, path] = route.split(" ");
  const response = await fetch(`${running.url}/_emulator${path}`, {
    ...(method === undefined ? {} : { method }),
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  return (await response.json()) as T;
}

test("starts with an app, a person, a direct chat and a group, and says how to use them", async () => {
  const state = await control<{ apps: object[]; users: { openId: string }[]; chats: object[] }>("GET /state");
  expect(state).toMatchObject({
    apps: [{ appId: APP }],
    users: [{ name: "Ada" }],
    chats: [{ mode: "p2p" }, { name: "Ops", mode: "group" }],
  });
  expect(running.notes.join("\n")).toContain(`loong config set channels.feishu.baseUrl ${running.url}`);
  expect(running.notes.join("\n")).toContain(state.users[0]?.openId);
});

test("speaks, waits, looks and clicks from another process", async () => {
  const listener = await officialListener(running.url, {
    "card.action.trigger": async () => ({ toast: { type: "info", content: "ok" } }),
  });
  const said = await control<{ messageId: string }>("POST /chats/Ops/messages", {
    from: "Ada",
    text: "hi @Loong",
    mentions: [APP],
  });
  await until(() => listener.received.length === 1);
  expect(await control("GET /chats/Ops/messages")).toMatchObject({
    messages: [{ messageId: said.messageId, text: "hi @Loong" }],
  });
  const waiting = control(`GET /chats/Ops/wait?from=app&after=${said.messageId}`);
  await control("POST /chats/Ops/messages", {
    from: APP,
    type: "interactive",
    content: { elements: [{ tag: "markdown", content: "press" }] },
  });
  const card = await waiting;
  expect(card).toMatchObject({ text: "press" });
  expect(
    await control(`POST /messages/${String(card["messageId"])}/click`, { user: "Ada", value: { a: 1 } }),
  ).toMatchObject({ toast: { content: "ok" } });
  expect(listener.received[1]).toMatchObject({ action: { value: { a: 1 } } });
  listener.close();
});

test("breaks things and mends them", async () => {
  const { id } = await control<{ id: string }>("POST /faults", { path: "/open-apis/**", action: "html" });
  expect((await fetch(`${running.url}/open-apis/bot/v3/info`)).status).toBe(502);
  expect(await control("GET /faults")).toMatchObject({ faults: [{ id, applied: 1 }] });
  await control(`DELETE /faults/${id}`);
  expect((await fetch(`${running.url}/open-apis/bot/v3/info`)).status).toBe(400);
  expect(await control("GET /requests")).toMatchObject({ requests: [{ fault: "html" }, { code: 99991661 }] });
  const { eventId } = await control<{ eventId: string }>("POST /chats/Ops/messages", { from: "Ada", text: "x" });
  await control("POST /advance", { ms: 15_000 });
  await control(`POST /events/${eventId}/redeliver`, {});
  expect(await control("GET /deliveries")).toMatchObject({ deliveries: [{ eventId, attempts: { length: 3 } }] });
  expect(await control("POST /connections/drop", { mode: "terminate" })).toEqual({ dropped: 0 });
});

test("refuses a port that is taken", async () => {
  const port = Number(new URL(running.url).port);
  await expect(command.start({ port, args: [] })).rejects.toMatchObject({ code: "FEISHU_EMULATOR_PORT" });
});

test("says what is wrong with a request, and what there is", async () => {
  expect(await control("POST /chats/Nowhere/messages", { from: "Ada", text: "x" })).toMatchObject({
    code: "FEISHU_EMULATOR_NOT_FOUND",
  });
  expect(await control("POST /users", {})).toMatchObject({ code: "FEISHU_EMULATOR_REQUEST" });
  expect(await control("POST /faults", { action: "hang" })).toMatchObject({ code: "FEISHU_EMULATOR_REQUEST" });
  expect(await control("GET /")).toMatchObject({
    commands: expect.arrayContaining([{ route: "GET /_emulator/state", takes: "" }]),
  });
});

import { afterEach, describe, expect, test } from "vitest";
import { DEFAULT_APP, type EmulatorOptions } from "@loong/feishu/emulator";
import { serveWebhook } from "@loong/testkit";
import { type Stage, appId, newKey, never, recorder, serving, setUp, until } from "./account.ts";

const encryptKey = "kudryavka-encrypt-key-01";
const verificationToken = "rvaYgkND1GOiu5MM0E1rncYC6PLtF7JV";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function receiveAt(
  secrets: { encryptKey?: string; verificationToken?: string },
  options: EmulatorOptions = {},
  platformSecrets = secrets,
) {
  const { encryptKey: _key, verificationToken: _token, ...app } = DEFAULT_APP;
  const stage: Stage = await setUp(
    { redeliveryDelaysMs: [100, 100, 100], ...options, apps: [{ ...app, ...platformSecrets }] },
    { mode: "webhook", ...secrets },
  );
  closers.push(() => stage.close());
  const inbound = recorder();
  const { url, close } = await serveWebhook(stage.channel, inbound);
  closers.push(close);
  stage.emulator.pushTo(appId, url);
  return { stage, emulator: stage.emulator, inbound, url };
}

const post = (url: string, body: unknown) => fetch(url, { method: "POST", body: JSON.stringify(body) });

describe.each([
  ["key and token", { encryptKey, verificationToken }],
  ["a key", { encryptKey }],
  ["a token", { verificationToken }],
])("with %s", (_what, secrets) => {
  test("passes the platform's check of the address", async () => {
    const { emulator } = await receiveAt(secrets);
    expect(await emulator.verifyUrl(appId)).toMatchObject({ ok: true });
  });

  test("takes events, acknowledges them, and answers", async () => {
    const { stage, emulator, inbound } = await receiveAt(secrets);
    const ann = emulator.user("Ann");
    const chat = emulator.directChat(ann, appId);
    const said = emulator.say(chat, ann, "hello");
    await until(() => emulator.deliveries()[0]?.state === "acknowledged", "acknowledged");
    expect(inbound.events).toMatchObject([{ messageId: said.messageId, text: "hello", addressed: true }]);
    await stage.channel.send(
      { idempotencyKey: newKey(), to: chat.chatId, inReplyTo: said.messageId, content: { type: "text", text: "hi" } },
      never,
    );
    expect(emulator.shows(chat).at(-1)).toMatchObject({ text: "hi", parentId: said.messageId });
  });

  test("answers clicks in time", async () => {
    const { stage, emulator, inbound } = await receiveAt(secrets);
    const ann = emulator.user("Ann");
    const card = {
      schema: "2.0",
      config: { update_multi: true },
      body: { elements: [{ tag: "markdown", content: "?" }] },
    };
    const to = emulator.directChat(ann, appId).chatId;
    const { messageId } = await stage.channel.send(
      { idempotencyKey: newKey(), to, content: { type: "card", card, fallbackText: "?" } },
      never,
    );
    expect(await emulator.clickCard(ann, messageId, { value: { ok: 1 } })).toMatchObject({ errorCode: undefined });
    expect(inbound.events).toMatchObject([
      { kind: "action", conversation: { type: "direct" }, action: { value: { ok: 1 } } },
    ]);
  });
});

describe("what is not the platform's", () => {
  test.each(["bad-signature", "stale-timestamp", "plaintext", "wrong-token"] as const)(
    "is refused: %s",
    async (action) => {
      const { emulator, inbound } = await receiveAt({ encryptKey, verificationToken });
      emulator.inject({ on: "event", action, times: 1 });
      const ann = emulator.user("Ann");
      emulator.say(emulator.directChat(ann, appId), ann, "hello");
      await until(() => emulator.deliveries()[0]?.state === "acknowledged", "the true one came after");
      expect(emulator.deliveries()[0]?.attempts[0]).toMatchObject({ status: 401 });
      expect(inbound.events).toHaveLength(1);
    },
  );

  test("is refused when the account's secrets are others", async () => {
    const { emulator, inbound } = await receiveAt(
      { encryptKey: "other", verificationToken },
      {},
      { encryptKey, verificationToken },
    );
    const ann = emulator.user("Ann");
    emulator.say(emulator.directChat(ann, appId), ann, "hello");
    await until(() => emulator.deliveries()[0]?.state === "given-up", "given up");
    expect(emulator.deliveries()[0]?.attempts.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    expect(inbound.events).toEqual([]);
  });
});

test("asks for the event again when it could not be stored", async () => {
  const { emulator, inbound } = await receiveAt({ encryptKey, verificationToken });
  inbound.failing = true;
  const ann = emulator.user("Ann");
  emulator.say(emulator.directChat(ann, appId), ann, "keep this");
  await until(() => (emulator.deliveries()[0]?.attempts[0]?.status ?? 0) > 0, "first attempt");
  inbound.failing = false;
  await until(() => emulator.deliveries()[0]?.state === "acknowledged", "acknowledged");
  expect(emulator.deliveries()[0]?.attempts[0]).toMatchObject({ status: 503 });
  expect(inbound.events).toMatchObject([{ text: "keep this" }]);
});

describe("without key and token", () => {
  test("returns challenges, refuses events with a hint, and does not say it is connected", async () => {
    const { stage, emulator, inbound, url } = await receiveAt({}, {}, { verificationToken });
    const checked = await post(url, { type: "url_verification", challenge: "test" });
    expect([checked.status, await checked.text()]).toEqual([200, '{"challenge":"test"}']);
    const ann = emulator.user("Ann");
    emulator.say(emulator.directChat(ann, appId), ann, "hello");
    await until(() => emulator.deliveries()[0]?.state === "given-up", "given up");
    expect(emulator.deliveries()[0]?.attempts[0]).toMatchObject({ status: 401 });
    expect(inbound.events).toEqual([]);
    const link = serving(stage.channel, inbound);
    await until(() => inbound.states.length === 2, "reported");
    expect(inbound.states[1]).toMatchObject({ state: "disconnected", reason: expect.stringContaining("encryptKey") });
    expect(await link.stop()).toBe("stopped");
  });
});

describe("serve", () => {
  test("says that it starts, proves the credentials, and stops when told", async () => {
    const { stage, inbound } = await receiveAt({ verificationToken });
    const link = serving(stage.channel, inbound);
    await until(() => inbound.states.length === 2, "reported");
    expect(inbound.states).toEqual([{ state: "connecting" }, { state: "connected" }]);
    expect(stage.log.map(({ message }) => message)).toContain(
      `[lark] [default] starting Lark provider (${appId}) in webhook mode`,
    );
    expect(await link.stop()).toBe("stopped");
  });

  test("ends with bad credentials for a wrong secret", async () => {
    const { stage } = await receiveAt({ verificationToken });
    const wrong = stage.open({ appSecret: "wrong-secret-value" });
    expect(await serving(wrong, recorder()).ended).toMatchObject({ outcome: "bad-credentials" });
  });
});

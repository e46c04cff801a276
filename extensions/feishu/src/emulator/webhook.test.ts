import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { AESCipher, EventDispatcher, generateChallenge } from "@larksuiteoapi/node-sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createStillClock } from "@loong/emulator-kit";
import { until } from "../../test/emulator/official-sdk.ts";
import { eventSignature } from "./events/crypto.ts";
import {
  DEFAULT_APP,
  startFeishuEmulator,
  type ChatHandle,
  type EventFaultAction,
  type FeishuEmulator,
} from "./index.ts";

const KEY = "an-encrypt-key";
const APP = { ...DEFAULT_APP, encryptKey: KEY };
const PLAIN_APP = { ...DEFAULT_APP, appId: "cli_00000000000000c1" };

interface Pushed {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly raw: string;
}

let emulator: FeishuEmulator;
let receiver: Server;
let address: string;
let pushes: Pushed[];
let answer: (push: Pushed) => { status: number; body: string } | undefined;

beforeEach(async () => {
  pushes = [];
  answer = () => ({ status: 200, body: "{}" });
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const push = { url: request.url ?? "", headers: request.headers, raw: Buffer.concat(chunks).toString() };
      pushes.push(push);
      const reply = answer(push);
      if (reply !== undefined) response.writeHead(reply.status).end(reply.body);
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/events`;
  emulator = await startFeishuEmulator({ apps: [APP, PLAIN_APP], clock: createStillClock() });
  emulator.user("Ada");
  for (const app of [APP, PLAIN_APP]) emulator.pushTo(app, address);
});
afterEach(async () => {
  await emulator.close();
  receiver.closeAllConnections();
  receiver.close();
});

const chatWith = (app: { appId: string }): ChatHandle => emulator.directChat("Ada", app);
const bodyOf = (push: Pushed | undefined) =>
  JSON.parse(push?.raw ?? "{}") as { encrypt?: string; header?: { token: string } };
const isSigned = ({ headers, raw }: Pushed): boolean =>
  headers["x-lark-signature"] ===
  eventSignature(String(headers["x-lark-request-timestamp"]), String(headers["x-lark-request-nonce"]), KEY, raw);

describe("a push", () => {
  test("is encrypted and signed, and the official client takes it", async () => {
    emulator.say(chatWith(APP), "Ada", "hello");
    await until(() => emulator.deliveries()[0]?.state === "acknowledged");
    const [push] = pushes;
    const received: unknown[] = [];
    const silent = { error() {}, warn() {}, info() {}, debug() {}, trace() {} };
    const dispatcher = new EventDispatcher({ encryptKey: KEY, logger: silent }).register({
      "im.message.receive_v1": async (event: unknown) => {
        received.push(event);
      },
    } as never);
    await dispatcher.invoke(Object.assign(Object.create({ headers: push?.headers }), bodyOf(push)));
    expect(received).toMatchObject([{ event_type: "im.message.receive_v1", message: { content: '{"text":"hello"}' } }]);
    expect(push?.raw).not.toContain("hello");
  });

  test("is plain without an Encrypt Key and carries the verification token", async () => {
    emulator.say(chatWith(PLAIN_APP), "Ada", "hello");
    await until(() => pushes.length === 1);
    expect(bodyOf(pushes[0])).toMatchObject({
      schema: "2.0",
      header: { token: PLAIN_APP.verificationToken, app_id: PLAIN_APP.appId },
    });
    expect(pushes[0]?.headers).not.toHaveProperty("x-lark-signature");
  });

  test("can be of the first schema", async () => {
    emulator.emit(PLAIN_APP, "p2p_chat_create", { chat_id: "oc_1" }, { schema: "1.0", eventId: "u-1" });
    await until(() => pushes.length === 1);
    expect(bodyOf(pushes[0])).toMatchObject({
      uuid: "u-1",
      type: "event_callback",
      token: PLAIN_APP.verificationToken,
      event: { type: "p2p_chat_create", chat_id: "oc_1" },
    });
  });

  test("comes again, signed anew, until it is answered with 200 in time", async () => {
    const replies = [{ status: 500, body: "" }, undefined, { status: 200, body: "{}" }];
    answer = () => replies[pushes.length - 1];
    const { eventId } = emulator.say(chatWith(APP), "Ada", "hello");
    await until(() => emulator.deliveries()[0]?.attempts[0]?.outcome === "refused");
    emulator.advance(15_000);
    await until(() => pushes.length === 2);
    emulator.advance(3000);
    await until(() => emulator.deliveries()[0]?.attempts[1]?.outcome === "timeout");
    emulator.advance(300_000);
    await until(() => emulator.deliveries()[0]?.state === "acknowledged");
    const ids = pushes.map(
      (push) =>
        (JSON.parse(new AESCipher(KEY).decrypt(bodyOf(push).encrypt ?? "")) as { header: { event_id: string } }).header
          .event_id,
    );
    expect(ids).toEqual([eventId, eventId, eventId]);
    expect(pushes.every(isSigned)).toBe(true);
    expect(new Set(pushes.map((push) => push.headers["x-lark-signature"])).size).toBe(3);
  });

  test("of a card click takes its answer from the body", async () => {
    answer = () => ({ status: 200, body: '{"toast":{"type":"info","content":"Seen"}}' });
    const { messageId } = emulator.say(chatWith(APP), APP.appId, { type: "interactive", content: { elements: [] } });
    expect(await emulator.clickCard("Ada", messageId, {})).toMatchObject({ toast: { content: "Seen" } });
  });
});

test("the address proves itself by the challenge, as the official client answers it", async () => {
  answer = (push) => ({
    status: 200,
    body: JSON.stringify(generateChallenge(bodyOf(push), { encryptKey: KEY }).challenge),
  });
  expect(await emulator.verifyUrl(APP)).toMatchObject({ ok: true, status: 200 });
  answer = () => ({ status: 200, body: '{"challenge":"something else"}' });
  expect(await emulator.verifyUrl(PLAIN_APP)).toMatchObject({ ok: false });
});

describe("a forged push", () => {
  const pushWith = async (action: EventFaultAction): Promise<Pushed> => {
    emulator.inject({ on: "event", times: 1, action });
    emulator.say(chatWith(APP), "Ada", "forged");
    await until(() => pushes.length > 0);
    const [push] = pushes;
    return push ?? { url: "", headers: {}, raw: "" };
  };

  test("has a signature that does not fit", async () => expect(isSigned(await pushWith("bad-signature"))).toBe(false));
  test("is an hour old", async () => {
    const push = await pushWith("stale-timestamp");
    expect(isSigned(push)).toBe(true);
    expect(Date.now() / 1000 - Number(push.headers["x-lark-request-timestamp"])).toBeGreaterThan(3500);
  });
  test("is plain although there is a key", async () =>
    expect(bodyOf(await pushWith("plaintext"))).toHaveProperty("schema"));
  test("holds somebody else's token", async () => {
    const { encrypt = "" } = bodyOf(await pushWith("wrong-token"));
    expect(JSON.parse(new AESCipher(KEY).decrypt(encrypt))).toMatchObject({
      header: { token: "somebody-elses-token" },
    });
  });
  test("is too large", async () => expect((await pushWith("oversized")).raw.length).toBeGreaterThan(2_000_000));
  test("goes elsewhere", async () => expect((await pushWith("wrong-path")).url).toBe("/events/elsewhere"));
  test("is no JSON", async () => {
    const { encrypt = "" } = bodyOf(await pushWith("not-json"));
    expect(() => JSON.parse(new AESCipher(KEY).decrypt(encrypt)) as unknown).toThrow(SyntaxError);
  });
  test("comes twice, the same to the byte", async () => {
    await pushWith("replay");
    await until(() => emulator.deliveries()[0]?.state === "acknowledged");
    expect(pushes).toHaveLength(2);
    expect(pushes[1]?.raw).toBe(pushes[0]?.raw);
    expect(pushes[1]?.headers["x-lark-signature"]).toBe(pushes[0]?.headers["x-lark-signature"]);
  });
  test("never ends", async () => {
    emulator.inject({ on: "event", times: 1, action: "slow-body" });
    emulator.say(chatWith(APP), "Ada", "slow");
    emulator.advance(3000);
    await until(() => emulator.deliveries()[0]?.attempts[0]?.outcome === "timeout");
    expect(pushes).toHaveLength(0);
  });
});

import type { Acceptance, Inbound, InboundEvent, WebhookRequest } from "@loong/sdk";
import { describe, expect, test } from "vitest";
import vectors from "../../test/fixtures/webhook/vectors.json" with { type: "json" };
import { encrypt as encryptWith, plainRequest, sign as signWith } from "../../test/platform-crypto.ts";
import { decrypt, decryptionKey } from "./decrypt.ts";
import type { Envelope } from "./parse.ts";
import { type WebhookSecrets, createWebhook } from "./webhook.ts";

const NOW_MS = 1_719_999_999_000;
const KEY = vectors.encryptKey;
const TOKEN = "rvaYgkND1GOiu5MM0E1rncYC6PLtF7JV";
const APP = "cli_9f5343c580712544";
const both: WebhookSecrets = { appId: APP, encryptKey: KEY, verificationToken: TOKEN };
const keyOnly: WebhookSecrets = { ...both, verificationToken: undefined };
const tokenOnly: WebhookSecrets = { ...both, encryptKey: undefined };
const neither: WebhookSecrets = { appId: APP, encryptKey: undefined, verificationToken: undefined };

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const inbound: Inbound = {
  accept: async (events: readonly InboundEvent[]) => events.map((): Acceptance => "stored"),
  cursor: async () => undefined,
  report() {},
};

async function ask(secrets: WebhookSecrets, request: WebhookRequest) {
  const received: Envelope[] = [];
  const receive = async (envelope: Envelope) => void received.push(envelope);
  const response = await createWebhook({ secrets, log: silent, now: () => NOW_MS, receive })(request, inbound);
  return { ...response, json: JSON.parse(response.body ?? "") as unknown, received: received.length };
}

const plain = (body: unknown) => plainRequest(body);
const encrypt = (value: unknown, key = KEY) => encryptWith(value, key);
const sign = (request: WebhookRequest, timestamp = "1719999999", key = KEY) => signWith(request, key, timestamp);

const event = JSON.parse(vectors.signed.plaintext) as { header: object };
const challenge = { type: "url_verification", challenge: "ajls384kdjx98XX", token: TOKEN };
const given = {
  method: "POST",
  path: "/lark/webhook",
  query: {},
  body: Buffer.from(vectors.signed.body),
  headers: {
    "x-lark-request-timestamp": vectors.signed.timestamp,
    "x-lark-request-nonce": vectors.signed.nonce,
    "x-lark-signature": vectors.signed.signature,
  },
};

describe("with an Encrypt Key", () => {
  test("takes what the platform signed and encrypted", async () => {
    expect(await ask(both, given)).toMatchObject({ status: 200, json: {}, received: 1 });
    expect(await ask(keyOnly, given)).toMatchObject({ status: 200, received: 1 });
  });

  const signedEvent = sign(plain(encrypt(event)));
  test.each<[string, WebhookRequest, string]>([
    ["no signature", plain(encrypt(event)), "signature"],
    [
      "a signature of another body",
      { ...signedEvent, body: Buffer.from(`${JSON.stringify(encrypt(event))} `) },
      "signature",
    ],
    ["a signature with another key", sign(plain(encrypt(event)), undefined, "x"), "signature"],
    [
      "a doubled signature",
      { ...signedEvent, headers: { ...signedEvent.headers, "x-lark-signature": ["a", "a"] } },
      "signature",
    ],
    ["a signature from 301 s ago", sign(plain(encrypt(event)), "1719999698"), "stale"],
    ["a signature from 301 s ahead", sign(plain(encrypt(event)), "1720000300"), "stale"],
    ["a time that is none", sign(plain(encrypt(event)), "soon"), "stale"],
    ["signed plaintext", sign(plain(event)), "plaintext"],
    ["unsigned plaintext", plain(event), "plaintext"],
    ["a plaintext challenge", plain(challenge), "plaintext"],
    ["bytes of another key", sign(plain(encrypt(event, "other"))), "decrypt"],
    ["bytes that are none", sign(plain({ encrypt: "%%" })), "decrypt"],
    ["unsigned garbage", plain("{"), "signature"],
    ["an unsigned challenge with a wrong token", plain(encrypt({ ...challenge, token: "x" })), "token"],
    [
      "an event with a wrong token",
      sign(plain(encrypt({ ...event, header: { ...event.header, token: "x" } }))),
      "token",
    ],
    [
      "an event without a token",
      sign(plain(encrypt({ ...event, header: { ...event.header, token: undefined } }))),
      "token",
    ],
    [
      "an event of another app",
      sign(plain(encrypt({ ...event, header: { ...event.header, app_id: "cli_0" } }))),
      "app",
    ],
    ["an event of no app", sign(plain(encrypt({ ...event, header: { ...event.header, app_id: undefined } }))), "app"],
  ])("refuses %s with 401", async (_what, request, refused) => {
    expect(await ask(both, request)).toMatchObject({ status: 401, refused, received: 0 });
  });

  test("refuses what another key encrypted as undecryptable, also when its padding happens to be whole", async () => {
    const strange = (index: number) => encrypt({ ...challenge, challenge: String(index) }, "another key");
    const isWhole = (index: number) => decrypt(strange(index).encrypt, decryptionKey(KEY)) !== undefined;
    const whole = Array.from({ length: 2_000 }, (_, index) => index).filter(isWhole);
    expect(whole.length).toBeGreaterThan(0);
    for (const index of [0, ...whole]) {
      expect(await ask(both, plain(strange(index)))).toMatchObject({ status: 401, refused: "decrypt" });
    }
  });

  test.each<[string, WebhookRequest]>([
    ["broken JSON", sign(plain("{"))],
    ["a list", sign(plain("[]"))],
    ["deep JSON", sign(plain(`{"a":${"[".repeat(40)}${"]".repeat(40)}}`))],
    ["encrypted broken JSON", sign(plain(encrypt("{")))],
    ["encrypted deep JSON", sign(plain(encrypt(`{"a":${"[".repeat(40)}${"]".repeat(40)}}`)))],
  ])("answers %s with 400 after a valid signature", async (_what, request) => {
    expect(await ask(both, request)).toMatchObject({ status: 400, refused: "body", received: 0 });
  });

  test("returns the challenge of the console, which encrypts but does not sign", async () => {
    expect(await ask(both, plain(encrypt(challenge)))).toMatchObject({
      status: 200,
      json: { challenge: "ajls384kdjx98XX" },
    });
    expect(await ask(keyOnly, plain(vectors.challenge.body))).toMatchObject({ json: { challenge: "ajls384kdjx98XX" } });
  });
});

describe("with a Verification Token alone", () => {
  test("takes what carries the token", async () => {
    expect(await ask(tokenOnly, plain(event))).toMatchObject({ status: 200, received: 1 });
    expect(await ask(tokenOnly, plain(challenge))).toMatchObject({ json: { challenge: "ajls384kdjx98XX" } });
  });

  test.each<[string, unknown]>([
    ["an event with another token", { ...event, header: { ...event.header, token: "x" } }],
    ["a challenge with another token", { ...challenge, token: "x" }],
    ["a challenge without a token", { ...challenge, token: undefined }],
  ])("refuses %s with 401", async (_what, body) => {
    expect(await ask(tokenOnly, plain(body))).toMatchObject({ status: 401, refused: "token", received: 0 });
  });

  test("answers broken JSON with 400", async () => {
    expect(await ask(tokenOnly, plain("{"))).toMatchObject({ status: 400, received: 0 });
  });
});

describe("with neither", () => {
  test("returns a challenge, so that the address can be tried out", async () => {
    const body = '{"type": "url_verification", "challenge": "test"}';
    expect(await ask(neither, plain(body))).toMatchObject({ status: 200, body: '{"challenge":"test"}' });
  });

  test("refuses events with 401 and says what to do", async () => {
    const answer = await ask(neither, plain(event));
    expect(answer).toMatchObject({ status: 401, refused: "unverifiable", received: 0 });
    expect(answer.body).toContain("channels.lark.encryptKey");
  });
});

test.each(["<script>", "a b", "", "x".repeat(257), "é"])('does not return "%s" as a challenge', async (words) => {
  expect(await ask(neither, plain({ type: "url_verification", challenge: words }))).toMatchObject({ status: 400 });
});

test("does not acknowledge what could not be stored", async () => {
  const receive = () => Promise.reject(new Error("disk full"));
  const parts = { secrets: both, log: silent, now: () => NOW_MS, receive };
  await expect(createWebhook(parts)(given, inbound)).rejects.toThrow("disk full");
});

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import type { ChatHandle } from "@loong/feishu/emulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encrypted as encryptedFor, JSON_TYPE, signature } from "./lark-requests.ts";
import type { Running } from "./operator.ts";
import { addressOf, openScene, type Scene, stopped, untilServed } from "./scene.ts";

/** Whatever a stranger sends to a webhook: the right status, a counter and nothing else, and the platform is served on. */

const APP = {
  appId: "cli_a9f6c72aa7b85bca",
  appSecret: "hostile-secret",
  botName: "Loong",
  encryptKey: "hostile-encrypt-key",
  verificationToken: "hostile-token",
};
const OTHER_APP = "cli_bbbbbbbbbbbbbbbb";
const WINDOW_SECONDS = 300;

let scene: Scene;
let gateway: Running;
let room: ChatHandle;
let url: string;

beforeAll(async () => {
  scene = await openScene([APP]);
  const { platform } = scene;
  room = platform.group("Room", [platform.user("Ada")], [APP.appId]);
  scene.config(`agent: { use: echo }
gateway: { messagesPerMinute: 0 }
channels:
  lark:
    mode: webhook
    encryptKey: ${APP.encryptKey}
    verificationToken: ${APP.verificationToken}
    groupPolicy: open
    ackReactions: false
`);
  gateway = scene.starts("loong gateway run --port 0");
  url = `${await addressOf(gateway)}/lark/webhook`;
  await untilServed(url);
  platform.pushTo(APP.appId, url);
});
afterAll(() => scene?.closes());

// What the platform does, done by hand -----------------------------------------------------------------------------------

interface Post {
  readonly url?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

const encrypted = (plain: string, key: string = APP.encryptKey) => encryptedFor(plain, key);

/** A genuine request, as far as the signature goes. */
function signed(body: string, options: { readonly skewSeconds?: number; readonly key?: string } = {}): Post {
  const { skewSeconds = 0, key = APP.encryptKey } = options;
  return { headers: { ...JSON_TYPE, ...signature(body, key, skewSeconds) }, body };
}

/** An event that would be answered if it were taken. */
function event({ appId = APP.appId, token = APP.verificationToken } = {}): string {
  const message = {
    message_id: `om_${randomBytes(16).toString("hex")}`,
    create_time: String(Date.now()),
    chat_id: room.chatId,
    chat_type: "group",
    message_type: "text",
    content: JSON.stringify({ text: "@_user_1 do as I say" }),
    mentions: [{ key: "@_user_1", id: { open_id: scene.platform.app(APP.appId).botOpenId }, name: "Loong" }],
  };
  const header = {
    event_id: randomBytes(16).toString("hex"),
    event_type: "im.message.receive_v1",
    app_id: appId,
    token,
  };
  const sender = { sender_id: { open_id: scene.platform.user("Ada").openId }, sender_type: "user" };
  return JSON.stringify({ schema: "2.0", header, event: { sender, message } });
}

function challenge(value: string): string {
  return JSON.stringify({ type: "url_verification", token: APP.verificationToken, challenge: value });
}

const deep = (open: string, close: string) => open.repeat(100_000) + close.repeat(100_000);

async function statusOf({ headers = JSON_TYPE, body, method = "POST", url: to = url }: Post): Promise<number> {
  const response = await fetch(to, { method, headers, ...(body === undefined ? {} : { body }) });
  const answer = await response.text();
  expect(answer.length).toBeLessThan(300);
  expect(answer).not.toMatch(/\bat \w+ \(|hostile-|do as I say/);
  return response.status;
}

// The cases ---------------------------------------------------------------------------------------------------------------

type Case = readonly [name: string, status: number, reason: string | null, post: () => Post];

const FORGED: readonly Case[] = [
  ["wrong signature", 401, "signature", () => signed(encrypted(event()), { key: "another-key" })],
  ["missing signature", 401, "signature", () => ({ body: encrypted(event()) })],
  [
    "a signature for other bytes",
    401,
    "signature",
    () => ({ ...signed(encrypted(event())), body: encrypted(event()) }),
  ],
  ["a timestamp 301 s old", 401, "stale", () => signed(encrypted(event()), { skewSeconds: -WINDOW_SECONDS - 1 })],
  // One more, since the clock may tick on before it is read.
  ["a timestamp from the future", 401, "stale", () => signed(encrypted(event()), { skewSeconds: WINDOW_SECONDS + 2 })],
  ["plaintext, although a key is set", 401, "plaintext", () => ({ body: event() })],
  ["plaintext with a signature", 401, "plaintext", () => signed(event())],
  ["a plaintext challenge", 401, "plaintext", () => ({ body: challenge("test") })],
  ["encrypted with another key", 401, "decrypt", () => signed(encrypted(event(), "another-key"))],
  ["ciphertext of no whole block", 401, "decrypt", () => signed(JSON.stringify({ encrypt: "AAAA" }))],
  ["another app's event", 401, "app", () => signed(encrypted(event({ appId: OTHER_APP })))],
  ["another app's token", 401, "token", () => signed(encrypted(event({ token: "another-token" })))],
];

const MISSHAPEN: readonly Case[] = [
  ["10 MB", 413, "size", () => signed("x".repeat(10 * 1024 * 1024))],
  ["100,000 levels deep", 400, "body", () => signed(`{"encrypt":${deep("[", "]")}}`)],
  // Half as deep, so that its ciphertext is within the size limit.
  ["deep inside the ciphertext", 400, "body", () => signed(encrypted(`{"event":${"[".repeat(100_000)}`))],
  ["no JSON", 400, "body", () => signed('{"encrypt":')],
  ["a challenge of HTML", 400, "challenge", () => signed(encrypted(challenge("<script>alert(1)</script>")))],
  [
    "gzip",
    415,
    "encoding",
    () => ({ headers: { ...JSON_TYPE, "content-encoding": "gzip" }, body: gzipSync(encrypted(event())) }),
  ],
  ["a form", 415, "content-type", () => ({ headers: { "content-type": "text/plain" }, body: encrypted(event()) })],
  ["wrong path", 404, null, () => ({ ...signed(encrypted(event())), url: `${url}/elsewhere` })],
  ["wrong method", 405, "method", () => ({ ...signed(encrypted(event())), method: "PUT" })],
];

// What holds for all of them -----------------------------------------------------------------------------------------------

interface Books {
  readonly received: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly inbox: Readonly<Record<string, number>>;
}

async function books(): Promise<Books> {
  const { queues, surfaces } = await scene.status();
  const { received = 0, refused = {} } = surfaces[0] ?? {};
  return { received, refused, inbox: queues?.inbox ?? {} };
}

/** The platform's own event is taken and answered. */
async function healthy(): Promise<void> {
  const text = `@Loong ${randomBytes(4).toString("hex")}`;
  expect(await scene.answerTo(room, scene.says(room, "Ada", text))).toContain(text.slice("@Loong ".length));
}

/** Books after one healthy event and these refusals, and nothing else. */
function expected({ received, refused, inbox }: Books, reason: string | null, times = 1): Books {
  const counted = reason === null ? {} : { [reason]: (refused[reason] ?? 0) + times };
  return {
    received: received + 1,
    refused: { ...refused, ...counted },
    inbox: { ...inbox, done: (inbox["done"] ?? 0) + 1 },
  };
}

let before: Books;
beforeAll(async () => {
  await healthy();
  before = await books();
});

/** Checks the books, and keeps them for the next case. */
async function onlyCounted(reason: string | null, times = 1): Promise<void> {
  await healthy();
  const wanted = expected(before, reason, times);
  before = await books();
  expect(before).toEqual(wanted);
}

describe("forged", () => {
  test.each(FORGED)("%s: %i", async (_name, status, reason, post) => {
    expect(await statusOf(post())).toBe(status);
    await onlyCounted(reason);
  });

  test("within the window a clock may be off", async () => {
    for (const skewSeconds of [-WINDOW_SECONDS + 2, WINDOW_SECONDS - 2]) {
      expect(await statusOf(signed(encrypted(challenge("within-the-window")), { skewSeconds }))).toBe(200);
    }
    await onlyCounted(null);
  });

  test("a replayed body, the very same bytes and signature: 200 and nothing new", async () => {
    scene.platform.inject({ on: "event", action: "replay", times: 1 });
    const shown = scene.platform.shows(room).length;
    await onlyCounted(null);
    expect(scene.platform.deliveries().at(-1)).toMatchObject({ state: "acknowledged", attempts: [{ status: 200 }] });
    expect(scene.platform.shows(room)).toHaveLength(shown + 2);
  });

  test("the same event again, signed anew: 200 and nothing new", async () => {
    const { eventId } = scene.platform.say(room, "Ada", "@Loong once", { mentions: [APP.appId] });
    await expect.poll(() => scene.platform.shows(room).at(-1)?.from.kind).toBe("app");
    before = await books();
    for (let again = 0; again < 5; again++) scene.platform.redeliver(eventId);
    await expect
      .poll(() => scene.platform.deliveries().find((delivery) => delivery.eventId === eventId)?.attempts)
      .toEqual(Array.from({ length: 6 }, () => expect.objectContaining({ status: 200 })));
    await onlyCounted(null);
  });
});

describe("misshapen", () => {
  test.each(MISSHAPEN)("%s: %i", async (_name, status, reason, post) => {
    expect(await statusOf(post())).toBe(status);
    await onlyCounted(reason);
  });

  test("bodies that dribble in: 408, and meanwhile the platform is served", async () => {
    const dribbles = await Promise.all(Array.from({ length: 20 }, dribble));
    const ended: string[] = [];
    const slow = dribbles.map(async (answer) => ended.push(await answer()));
    await healthy();
    expect(ended).toEqual([]);
    before = await books();
    await Promise.all(slow);
    expect(ended).toEqual(Array.from({ length: 20 }, () => expect.stringMatching(/^HTTP\/1\.1 408 /)));
    await onlyCounted("deadline", 20);
  });
});

/** Sends a byte now and then. @returns waits for the answer. */
async function dribble(): Promise<() => Promise<string>> {
  const { hostname, port, pathname } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  socket.write(
    `POST ${pathname} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{`,
  );
  const drops = setInterval(() => socket.write(" "), 500);
  let answer = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    answer += chunk;
  });
  socket.on("error", () => undefined);
  const closed = once(socket, "close").finally(() => clearInterval(drops));
  return async () => {
    await closed;
    return answer;
  };
}

test("in the end nothing secret was said and it stops well", async () => {
  expect(await stopped(gateway)).toBe(0);
  expect(gateway.output()).not.toMatch(/hostile-(secret|encrypt-key|token)|do as I say/);
});

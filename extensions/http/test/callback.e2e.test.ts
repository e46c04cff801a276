import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import type { Channel, OutboundMessage } from "@loong/sdk";
import { expect, onTestFinished, test } from "vitest";
import { DEFAULT_SECRET, type HttpEmulator, startHttpEmulator } from "../src/emulator/index.ts";
import plugin from "../src/index.ts";
import { host, words } from "./room.ts";

function open(callbackUrl: string, secret = DEFAULT_SECRET): Channel {
  const channel = plugin.open({ secret, callbackUrl, typing: true, previews: true }, host);
  onTestFinished(() => channel.close());
  return channel;
}

async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** An application that answers every request in its own way. */
async function answering(listener: RequestListener): Promise<string> {
  const server = createHttpServer(listener);
  onTestFinished(() => server.closeAllConnections());
  return `http://127.0.0.1:${await listening(server)}/loong`;
}

async function emulator(): Promise<{ app: HttpEmulator; channel: Channel; room: string }> {
  const app = await startHttpEmulator();
  onTestFinished(() => app.close());
  return { app, channel: open(app.callbackUrl), room: app.directChat(app.user("Ann")).id };
}

const soon = () => AbortSignal.timeout(5_000);
const send = (channel: Channel, message: OutboundMessage = words("hello", "room-7")) => channel.send(message, soon());

test("what arrives is the message, its key twice, and nothing else", async () => {
  const seen: unknown[] = [];
  const url = await answering((request, response) => {
    const { "idempotency-key": key, "content-type": type } = request.headers;
    let body = "";
    request
      .on("data", (chunk) => (body += chunk))
      .on("end", () => {
        seen.push({ key, type, method: request.method, body: JSON.parse(body) as unknown });
        response.writeHead(204).end();
      });
  });
  const receipt = await send(open(url), { ...words("hello", "room-7"), threadId: "t", inReplyTo: "m1" });
  expect(receipt).toEqual({ messageId: "k1" });
  expect(seen).toEqual([
    {
      key: "k1",
      type: "application/json",
      method: "POST",
      body: {
        type: "message",
        id: "k1",
        conversation: { id: "room-7", threadId: "t" },
        format: "plain",
        text: "hello",
        inReplyTo: "m1",
      },
    },
  ]);
});

test("a card goes as it is, with the words to show otherwise", async () => {
  const { app, channel, room } = await emulator();
  const card = { title: "Deploy?", buttons: ["yes", "no"] };
  await send(channel, { idempotencyKey: "k1", to: room, content: { type: "card", card, fallbackText: "Deploy?" } });
  expect(app.events()).toMatchObject([{ type: "message", format: "plain", text: "Deploy?", card }]);
});

test("a file is refused before anything is sent", async () => {
  const { app, channel, room } = await emulator();
  const message: OutboundMessage = {
    idempotencyKey: "k1",
    to: room,
    content: { type: "file", file: { path: "/etc/hostname" } },
  };
  await expect(send(channel, message)).rejects.toMatchObject({
    code: "CALLBACK_FILES_UNSUPPORTED",
    outcome: "rejected",
  });
  expect(app.events()).toEqual([]);
});

test("the same key after a lost answer shows the message once, with the same receipt", async () => {
  const { app, channel, room } = await emulator();
  app.inject({ action: "reset-after" });
  await expect(send(channel, words("hello", room))).rejects.toMatchObject({
    code: "CALLBACK_ANSWER_LOST",
    outcome: "unknown",
  });
  const receipt = await send(channel, words("hello", room));
  expect(app.shows()).toMatchObject([{ messageId: receipt.messageId, text: "hello" }]);
});

test("an application that answers nothing in time leaves it unknown", async () => {
  const { app, channel, room } = await emulator();
  app.inject({ action: "hang" });
  const sent = channel.send(words("hello", room), AbortSignal.timeout(300));
  await expect(sent).rejects.toMatchObject({ code: "CALLBACK_ANSWER_LOST", outcome: "unknown" });
});

test("nobody at the address is not-sent", async () => {
  await expect(send(open("http://127.0.0.1:1/loong"))).rejects.toMatchObject({
    code: "CALLBACK_UNREACHABLE",
    outcome: "not-sent",
    message: "The application at http://127.0.0.1:1 cannot be reached (ECONNREFUSED).",
  });
});

test("a TLS handshake that fails is not-sent: no byte of the message was written", async () => {
  const bytes: Buffer[] = [];
  const server = createServer((socket: Socket) => {
    socket
      .on("error", () => {})
      .on("data", (chunk) => {
        bytes.push(chunk);
        socket.destroy();
      });
  });
  const channel = open(`https://127.0.0.1:${await listening(server)}/loong`);
  await expect(send(channel)).rejects.toMatchObject({ code: "CALLBACK_UNREACHABLE", outcome: "not-sent" });
  expect(Buffer.concat(bytes).includes("hello")).toBe(false);
});

test("a redirect is not followed: the words go nowhere else", async () => {
  const elsewhere: string[] = [];
  const other = await answering((request, response) => {
    elsewhere.push(request.url ?? "");
    response.end();
  });
  const url = await answering((_, response) => response.writeHead(307, { location: other }).end());
  await expect(send(open(url))).rejects.toMatchObject({ code: "CALLBACK_REDIRECTED", outcome: "not-sent" });
  expect(elsewhere).toEqual([]);
});

test.each([
  ["no body", ""],
  ["a page", "<html>OK</html>"],
  ["a list", '["messageId"]'],
  ["a number for an id", '{"messageId": 7}'],
  ["an empty id", '{"messageId": ""}'],
  ["an id without end", JSON.stringify({ messageId: "x".repeat(300) })],
  ["more than 64 KiB", JSON.stringify({ messageId: "m", rest: "x".repeat(70_000) })],
])("2xx with %s is taken, under Loong's own id", async (_, body) => {
  const url = await answering((_, response) => response.end(body));
  expect(await send(open(url))).toEqual({ messageId: "k1" });
});

test("2xx whose body is cut off is taken", async () => {
  const url = await answering((_, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("{");
    setTimeout(() => response.destroy(), 20);
  });
  expect(await send(open(url))).toEqual({ messageId: "k1" });
});

test("neither the path and query of the address nor the secret stand in an error", async () => {
  const url = await answering((_, response) => response.writeHead(500).end(DEFAULT_SECRET));
  const error: unknown = await send(open(`${url}?token=hidden-token`)).catch((reason: unknown) => reason);
  expect(JSON.stringify(error)).toContain("CALLBACK_FAILED");
  expect(JSON.stringify(error)).not.toMatch(/hidden-token|\/loong|emulator-secret/);
});

test.each([
  ["no pong", "{}", "CALLBACK_PONG_MISSING"],
  ["no JSON", "OK", "CALLBACK_PONG_MISSING"],
  ["a wrong pong", JSON.stringify({ pong: "0".repeat(64) }), "CALLBACK_PONG_WRONG"],
])("an application that answers a ping with %s does not pass the probe", async (_, body, code) => {
  const url = await answering((_, response) => response.end(body));
  expect(await open(url).probe(soon())).toMatchObject({ ok: false, problems: [{ code }] });
});

test("a pong of another ping does not pass: every challenge is new", async () => {
  const { app, channel } = await emulator();
  await channel.probe(soon());
  await channel.probe(soon());
  const challenges = app.events().map(({ challenge }) => challenge);
  expect(challenges).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), expect.stringMatching(/^[0-9a-f]{64}$/)]);
  expect(new Set(challenges).size).toBe(2);
});

test("typing says where, and when it ends", async () => {
  const { app, channel, room } = await emulator();
  const at = { conversationId: room, messageId: "m1", threadId: "t" };
  const handle = await channel.typing?.start(at, soon());
  await channel.typing?.stop(handle ?? "", soon());
  expect(app.events()).toEqual([
    { type: "typing", conversation: { id: room, threadId: "t" }, state: "started" },
    { type: "typing", conversation: { id: room, threadId: "t" }, state: "stopped" },
  ]);
});

test("typing and previews are there only when asked for", async () => {
  const channel = plugin.open({ secret: DEFAULT_SECRET, callbackUrl: "http://127.0.0.1:1/" }, host);
  expect(channel).not.toHaveProperty("typing");
  expect(channel).not.toHaveProperty("stream");
  await channel.close();
});

test("after close nothing is sent any more", async () => {
  const { app, channel, room } = await emulator();
  await channel.close();
  await expect(send(channel, words("late", room))).rejects.toMatchObject({
    outcome: expect.stringMatching(/unknown|not-sent/),
  });
  expect(app.events()).toEqual([]);
});

test("plain http to another machine is refused before a byte is sent, until it is allowed", async () => {
  const account = { secret: DEFAULT_SECRET, callbackUrl: "http://host.invalid/loong" };
  const [closed, allowed] = [plugin.open(account, host), plugin.open({ ...account, allowHttp: true }, host)];
  onTestFinished(async () => void (await Promise.all([closed.close(), allowed.close()])));
  await expect(send(closed)).rejects.toMatchObject({ code: "CALLBACK_HTTP_NOT_ALLOWED", outcome: "bad-credentials" });
  expect(await closed.probe(soon())).toMatchObject({ ok: false, problems: [{ code: "CALLBACK_HTTP_NOT_ALLOWED" }] });
  await expect(send(allowed)).rejects.toMatchObject({ code: "CALLBACK_UNREACHABLE" });
});

test("close leaves no connection open, idle ones included", async () => {
  const server = createHttpServer((_, response) => response.writeHead(204).end());
  const channel = open(`http://127.0.0.1:${await listening(server)}/loong`);
  const connections = () => new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
  await send(channel);
  expect(await connections()).toBe(1);
  await channel.close();
  await expect.poll(connections, { timeout: 2_000 }).toBe(0);
});

import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import type { GatewayStatus, MessageEntry, PairingEntry, SendResult } from "@loong/api";
import { type AgentEvent, type Logger, LoongError } from "@loong/sdk";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { tempDir } from "../../test/temp-dir.ts";
import { takeOwnership } from "../owner/index.ts";
import {
  type ControlClient,
  type ControlHandlers,
  type ControlServer,
  connectControl,
  controlSocketPath,
  serveControl,
} from "./index.ts";

const status = { phase: "running", running: true, plugins: [], surfaces: [] } as unknown as GatewayStatus;
const sent: SendResult = {
  delivered: true,
  state: "sent",
  channel: "room",
  account: "work",
  to: "lobby",
  messageId: "m1",
  degraded: null,
  error: null,
  via: "gateway",
};
const pairing: PairingEntry = {
  channel: "room",
  account: "work",
  senderId: "u1",
  senderName: null,
  state: "pending",
  code: "ABCD2345",
  atMs: 1,
  expiresAtMs: 2,
};
const message: MessageEntry = {
  box: "outbox",
  id: "1:0",
  channel: "room",
  account: "work",
  conversation: "lobby",
  state: "dead",
  attempts: 3,
  atMs: 1,
  preview: "hello",
  error: null,
};

/** A gateway that knows one of everything and remembers what it was asked. */
function gatewayWith(overrides: Partial<ControlHandlers> = {}) {
  const asked: unknown[] = [];
  const remember =
    <T>(answer: T) =>
    async (request: unknown): Promise<T> => {
      asked.push(request);
      return answer;
    };
  const handlers: ControlHandlers = {
    status: async () => status,
    probe: remember([]),
    send: remember(sent),
    resume: async () => ({ outcome: "resumed" }),
    stop: async () => ({ outcome: "requested" }),
    restart: async () => ({ outcome: "requested" }),
    pluginsReload: async () => ({ added: [], removed: [], replaced: [], needsRestart: [], accounts: [] }),
    chat: async function* ({ message: text }): AsyncGenerator<AgentEvent> {
      for (const word of text.split(" ")) yield { type: "text", delta: word };
      yield { type: "done" };
    },
    pairings: async () => [pairing],
    pairingApprove: remember({ ...pairing, state: "approved" } as const),
    pairingReject: remember(pairing),
    pairingRevoke: remember(pairing),
    messages: remember([message]),
    messageRetry: remember(message),
    messageDrop: remember(message),
    ...overrides,
  };
  return { handlers, asked };
}

interface Running {
  readonly client: ControlClient;
  readonly server: ControlServer;
  readonly socketPath: string;
  readonly errors: string[];
  readonly asked: readonly unknown[];
}

function pathsIn(dir: string) {
  const run = join(dir, "run");
  return {
    home: dir,
    socketFile: join(run, "control.sock"),
    lockFile: join(run, "owner.lock"),
    ownerFile: join(run, "owner.json"),
  };
}

async function start(home: string, overrides: Partial<ControlHandlers> = {}, timeoutMs = 15_000): Promise<Running> {
  const paths = pathsIn(home);
  const { handlers, asked } = gatewayWith(overrides);
  const errors: string[] = [];
  const quiet = () => undefined;
  const log: Logger = {
    debug: quiet,
    info: quiet,
    warn: quiet,
    error: (line, fields) => errors.push(`${line} ${JSON.stringify(fields)}`),
  };
  const ownership = await takeOwnership(paths, {});
  const server = await serveControl({ paths, ownership, handlers, log });
  onTestFinished(async () => {
    await server.close();
    await ownership.release();
  });
  return { client: connectControl(paths, { timeoutMs }), server, socketPath: server.socketPath, errors, asked };
}

interface Raw {
  readonly status: number;
  readonly body: { readonly error?: { readonly code: string; readonly message: string } };
}

async function raw(socketPath: string, method: string, path: string, body = ""): Promise<Raw> {
  const call = request({ socketPath, method, path, agent: false });
  call.on("error", () => undefined);
  call.end(body);
  const [response] = (await once(call, "response")) as [IncomingMessage];
  let text = "";
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode ?? 0, body: JSON.parse(text) as Raw["body"] };
}

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

/** A gateway that thinks for ever. */
async function aborted(signal: AbortSignal | undefined): Promise<GatewayStatus> {
  if (signal !== undefined) await once(signal, "abort");
  return status;
}

// A server loads it when it starts, which on a busy machine takes longer than a test may.
beforeAll(() => import("./requests.ts"), 60_000);

test("answers every call", async () => {
  const dir = tempDir();
  const { client, asked } = await start(dir);
  expect(await client.status()).toEqual(status);
  expect(await client.stop()).toEqual({ outcome: "requested" });
  expect(await client.pairings()).toEqual([pairing]);
  expect(await client.probe({ channel: "room" })).toEqual([]);
  expect(await client.send({ channel: "room", to: "lobby", content: { type: "text", text: "你好" } })).toEqual(sent);
  expect(await client.pairingApprove({ channel: "room", code: "ABCD2345" })).toMatchObject({ state: "approved" });
  expect(await client.pairingReject({ channel: "room", senderId: "u1" })).toEqual(pairing);
  expect(await client.pairingRevoke({ channel: "room", senderId: "u1" })).toEqual(pairing);
  expect(await client.messages({ box: "outbox", states: ["dead", "unknown"], limit: 5 })).toEqual([message]);
  expect(await client.messages({})).toEqual([message]);
  expect(await client.messageRetry({ id: "1:0" })).toEqual(message);
  expect(await client.messageDrop({ id: "1:0" })).toEqual(message);
  expect(asked).toEqual([
    { channel: "room" },
    { channel: "room", to: "lobby", content: { type: "text", text: "你好" } },
    { channel: "room", code: "ABCD2345" },
    { channel: "room", senderId: "u1" },
    { channel: "room", senderId: "u1" },
    { box: "outbox", states: ["dead", "unknown"], limit: 5 },
    {},
    { id: "1:0" },
    { id: "1:0" },
  ]);
});

test("opens its socket to its owner alone", async () => {
  const dir = tempDir();
  const { socketPath } = await start(dir);
  expect(statSync(socketPath).mode & 0o777).toBe(0o600);
  expect(statSync(join(dir, "run")).mode & 0o777).toBe(0o700);
});

test("hands errors over whole", async () => {
  const dir = tempDir();
  const refused = new LoongError("ROOM_LOCKED", "The room is locked.", {
    hint: "Ask inside.",
    outcome: "not-sent",
    retryAfterMs: 250,
    cause: new Error("inner"),
  });
  const { client, errors } = await start(dir, { send: () => Promise.reject(refused) });
  const error: unknown = await client
    .send({ channel: "room", to: "x", content: { type: "text", text: "x" } })
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LoongError);
  expect((error as LoongError).toJSON()).toEqual(refused.toJSON());
  expect(errors).toEqual([]);
});

test("keeps what was not meant for the operator to itself", async () => {
  const dir = tempDir();
  const { client, errors } = await start(dir, { pairings: () => Promise.reject(new Error("secret inside")) });
  await expect(client.pairings()).rejects.toMatchObject({
    code: "CONTROL_FAILED",
    message: "The gateway failed at `pairings`.",
  });
  expect(errors).toEqual(['control call pairings failed {"error":"Error: secret inside"}']);
});

test.for([
  ["GET", "/", "", 404, "CONTROL_ROUTE_UNKNOWN"],
  ["GET", "/v1/send", "", 404, "CONTROL_ROUTE_UNKNOWN"],
  ["DELETE", "/v1/status", "", 404, "CONTROL_ROUTE_UNKNOWN"],
  ["GET", "//", "", 404, "CONTROL_ROUTE_UNKNOWN"],
  ["POST", "/v1/send", "not json", 400, "CONTROL_REQUEST_INVALID"],
  ["POST", "/v1/send", '{"channel":7}', 400, "CONTROL_REQUEST_INVALID"],
  ["POST", "/v1/send", "", 400, "CONTROL_REQUEST_INVALID"],
  ["POST", "/v1/messages/drop", '{"id":""}', 400, "CONTROL_REQUEST_INVALID"],
  ["GET", "/v1/messages?limit=many", "", 400, "CONTROL_REQUEST_INVALID"],
  ["GET", "/v1/messages?box=attic", "", 400, "CONTROL_REQUEST_INVALID"],
  ["POST", "/v1/chat", `{"session":"s","message":"${"x".repeat(1024 * 1024)}"}`, 413, "CONTROL_BODY_TOO_LARGE"],
] as const)("refuses %s %s %s", async ([method, path, body, expected, code]) => {
  const dir = tempDir();
  const { socketPath, asked } = await start(dir);
  const answer = await raw(socketPath, method, path, body);
  expect(answer).toMatchObject({ status: expected, body: { error: { code } } });
  expect(asked).toEqual([]);
});

test("does not repeat what was sent to it", async () => {
  const dir = tempDir();
  const { socketPath } = await start(dir);
  const { body } = await raw(
    socketPath,
    "POST",
    "/v1/send",
    '{"channel":"room","to":"x","content":{"type":"text","text":["canary"]}}',
  );
  expect(JSON.stringify(body)).not.toContain("canary");
});

test("streams a chat", async () => {
  const dir = tempDir();
  const { client } = await start(dir);
  const events = await collect(client.chat({ session: "main", message: "good morning" }));
  expect(events).toEqual([{ type: "text", delta: "good" }, { type: "text", delta: "morning" }, { type: "done" }]);
});

test("throws what a chat threw, before its first word and after", async () => {
  const dir = tempDir();
  const broken = new LoongError("AGENT_MUTE", "The agent said nothing.", { outcome: "not-sent" });
  const { client } = await start(dir, {
    chat: async function* ({ message: text }): AsyncGenerator<AgentEvent> {
      if (text === "later") yield { type: "text", delta: "well" };
      throw broken;
    },
  });
  await expect(collect(client.chat({ session: "s", message: "now" }))).rejects.toMatchObject({
    code: "AGENT_MUTE",
    outcome: "not-sent",
  });
  const events = client.chat({ session: "s", message: "later" })[Symbol.asyncIterator]();
  expect((await events.next()).value).toEqual({ type: "text", delta: "well" });
  await expect(events.next()).rejects.toMatchObject({ code: "AGENT_MUTE" });
});

test("tells the gateway that the caller is gone", async () => {
  const dir = tempDir();
  const gone = Promise.withResolvers<void>();
  const { client } = await start(dir, {
    chat: async function* (_request, signal): AsyncGenerator<AgentEvent> {
      signal?.addEventListener("abort", () => gone.resolve());
      yield { type: "text", delta: "one" };
      await gone.promise;
    },
  });
  for await (const event of client.chat({ session: "s", message: "x" })) {
    expect(event).toEqual({ type: "text", delta: "one" });
    break;
  }
  await gone.promise;
});

test("throws the caller's own reason when the caller gives up", async () => {
  const dir = tempDir();
  const asked = Promise.withResolvers<void>();
  const { client } = await start(dir, {
    status(signal) {
      asked.resolve();
      return aborted(signal);
    },
  });
  const caller = new AbortController();
  const answer = client.status(caller.signal);
  await asked.promise;
  caller.abort(new Error("Ctrl-C"));
  await expect(answer).rejects.toThrow("Ctrl-C");
});

test("does not wait for ever", async () => {
  const dir = tempDir();
  const { client } = await start(dir, { status: (signal) => aborted(signal) }, 50);
  await expect(client.status()).rejects.toMatchObject({
    code: "CONTROL_TIMEOUT",
    message: "The gateway did not answer `status` within 50 ms.",
  });
});

test("says that no gateway listens: no socket, a dead one, a file in its place", async () => {
  const dir = tempDir();
  const paths = pathsIn(dir);
  await expect(connectControl(paths).status()).rejects.toMatchObject({
    code: "CONTROL_UNREACHABLE",
    outcome: "not-sent",
    hint: "Start one with `loong gateway run`.",
  });
  mkdirSync(join(dir, "run"));
  writeFileSync(paths.socketFile, "");
  await expect(connectControl(paths).status()).rejects.toMatchObject({ code: "CONTROL_UNREACHABLE" });
  const chat = collect(connectControl(paths).chat({ session: "s", message: "m" }));
  await expect(chat).rejects.toMatchObject({ code: "CONTROL_UNREACHABLE" });
});

test("says that the gateway went away in the middle", async () => {
  const dir = tempDir();
  const paths = pathsIn(dir);
  mkdirSync(join(dir, "run"));
  const server = createServer((socket) => {
    socket.once("data", () => {
      socket.write(
        'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2a\r\n{"event":{"type":"text","delta":"half"}}\n\r\n',
      );
      setTimeout(() => socket.destroy(), 20);
    });
  });
  server.listen(paths.socketFile);
  onTestFinished(() => void server.close());
  await once(server, "listening");
  await expect(connectControl(paths).status()).rejects.toMatchObject({ code: "CONTROL_LOST", outcome: "unknown" });
  await expect(collect(connectControl(paths).chat({ session: "s", message: "m" }))).rejects.toMatchObject({
    code: "CONTROL_LOST",
  });
});

test("sends nothing that the gateway would refuse for its size", async () => {
  const dir = tempDir();
  const { client, asked } = await start(dir);
  const text = "x".repeat(1024 * 1024);
  await expect(client.send({ channel: "room", to: "x", content: { type: "text", text } })).rejects.toMatchObject({
    code: "CONTROL_BODY_TOO_LARGE",
  });
  expect(asked).toEqual([]);
});

test("takes the place of a socket that a dead gateway left", async () => {
  const dir = tempDir();
  mkdirSync(join(dir, "run"));
  writeFileSync(pathsIn(dir).socketFile, "left over");
  const { client } = await start(dir);
  expect(await client.status()).toEqual(status);
});

test("closes while calls are open, and leaves no socket", async () => {
  const dir = tempDir();
  const asked = Promise.withResolvers<void>();
  const stuck: ControlHandlers["probe"] = () => new Promise(() => asked.resolve());
  const { client, server, socketPath } = await start(dir, { probe: stuck });
  const open = client.probe({}).catch((error: unknown) => error);
  const idle = connect(socketPath);
  idle.on("error", () => undefined);
  await once(idle, "connect");
  await asked.promise;
  await server.close();
  expect(await open).toMatchObject({ code: "CONTROL_LOST" });
  expect(existsSync(socketPath)).toBe(false);
  await server.close();
  await expect(client.status()).rejects.toMatchObject({ code: "CONTROL_UNREACHABLE" });
});

test("finishes an answer that was under way when it closes", async () => {
  const dir = tempDir();
  const asked = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  const { client, server } = await start(dir, {
    pairings: async () => {
      asked.resolve();
      await answered.promise;
      return [pairing];
    },
  });
  const answer = client.pairings();
  await asked.promise;
  const closed = server.close();
  answered.resolve();
  await closed;
  expect(await answer).toEqual([pairing]);
});

test("finds a short place for the socket of a home with a long name", async () => {
  const dir = tempDir();
  const home = join(dir, "a-very-long-name".repeat(8));
  const { socketPath, client } = await start(home);
  expect(Buffer.byteLength(socketPath)).toBeLessThanOrEqual(103);
  expect(controlSocketPath(pathsIn(home))).toBe(socketPath);
  expect(controlSocketPath(pathsIn(`${home}2`))).not.toBe(socketPath);
  expect(await client.status()).toEqual(status);
  expect(statSync(join(socketPath, "..")).mode & 0o777).toBe(0o700);
  expect(readdirSync(join(socketPath, ".."))).toEqual(["control.sock"]);
});

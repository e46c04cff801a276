import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { emulator } from "./dev-command.ts";
import { DEFAULT_SECRET, type HttpEmulator, startHttpEmulator } from "./emulator.ts";

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A gateway that answers with `statuses`, one after the other, and then 200. */
async function gateway(...statuses: number[]): Promise<{ readonly url: string; readonly received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((incoming, outgoing) => {
    void buffer(incoming).then((body) => {
      received.push({ headers: incoming.headers, body: body.toString() });
      outgoing.writeHead(statuses.shift() ?? 200).end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/http/messages`, received };
}

async function started(options: Parameters<typeof startHttpEmulator>[0] = {}): Promise<HttpEmulator> {
  const app = await startHttpEmulator(options);
  onTestFinished(() => app.close());
  return app;
}

function call(app: HttpEmulator, event: object, secret = DEFAULT_SECRET): Promise<Response> {
  const body = JSON.stringify(event);
  const now = String(Math.floor(Date.now() / 1000));
  const signature = createHmac("sha256", secret).update(`${now}.${body}`).digest("hex");
  const headers = { "loong-timestamp": now, "loong-signature": `v1=${signature}` };
  return fetch(app.callbackUrl, { method: "POST", headers, body });
}

const message = (id: string, to: string, text: string) => ({
  type: "message",
  id,
  conversation: { id: to },
  format: "plain",
  text,
});

test("what somebody says is signed and posted, in order, until it is acknowledged", async () => {
  const { url, received } = await gateway(503, 404);
  const app = await started({ deliverTo: url, retryDelaysMs: [10, 10, 10] });
  const ann = app.user("Ann");
  const room = app.directChat(ann);
  const [first, second] = [app.say(room, ann, "one"), app.say(room, ann, "two")];
  await expect.poll(() => second.acknowledged()).toBe(true);
  expect(first.statuses()).toEqual([503, 404, 200]);
  expect(received.map(({ body }) => (JSON.parse(body) as { text: string }).text)).toEqual(["one", "one", "one", "two"]);
  for (const { headers, body } of received) {
    const hex = createHmac("sha256", DEFAULT_SECRET)
      .update(`${String(headers["loong-timestamp"])}.${body}`)
      .digest("hex");
    expect(headers["loong-signature"]).toBe(`v1=${hex}`);
  }
});

test("callbacks need the right signature", async () => {
  const app = await started();
  const room = app.directChat(app.user("Ann"));
  expect((await call(app, message("k1", room.id, "hello"), "another-secret")).status).toBe(401);
  expect((await fetch(app.callbackUrl, { method: "POST", body: "{}" })).status).toBe(401);
  expect(app.events()).toEqual([]);
  expect((await call(app, message("k1", room.id, "hello"))).status).toBe(200);
});

test("an id that is known is answered as before and shown once; a room that is not there is 404", async () => {
  const app = await started();
  const room = app.group("Ops");
  const first = (await (await call(app, message("k1", room.id, "hello"))).json()) as unknown;
  expect(await (await call(app, message("k1", room.id, "hello"))).json()).toEqual(first);
  expect(app.shows(room)).toMatchObject([{ text: "hello", isUnfinished: false }]);
  expect((await call(app, message("k2", "nowhere", "hello"))).status).toBe(404);
});

test("a preview that was overtaken, by another or by the answer, shows nothing", async () => {
  const app = await started();
  const room = app.group("Ops");
  const preview = (text: string, revision: number) =>
    call(app, { type: "preview", id: "p1", conversation: { id: room.id }, format: "markdown", text, revision });
  await preview("one two", 2);
  await preview("one", 1);
  expect(app.shows(room)).toMatchObject([{ text: "one two", isUnfinished: true }]);
  await call(app, { ...message("k1", room.id, "one two three"), preview: "p1" });
  await preview("one two three fo", 3);
  expect(app.shows(room)).toMatchObject([
    { text: "one two three", isUnfinished: false, history: ["one two", "one two three"] },
  ]);
});

test("a discarded preview is gone", async () => {
  const app = await started();
  const room = app.group("Ops");
  const at = { id: "p1", conversation: { id: room.id } };
  await call(app, { type: "preview", ...at, format: "markdown", text: "one", revision: 1 });
  await call(app, { type: "discard", ...at, revision: 2 });
  await call(app, { type: "preview", ...at, format: "markdown", text: "late", revision: 1 });
  expect(app.shows(room)).toEqual([]);
});

test("the command starts an application that can be played with curl", async () => {
  const { url, received } = await gateway();
  const running = await emulator.start({
    port: 0,
    host: "127.0.0.1",
    args: ["--deliver-to", url, "--secret", "my-own-secret-0123456789"],
  });
  onTestFinished(() => running.close());
  expect(running.notes.join("\n")).not.toContain("my-own-secret");
  const stage = (path: string, body?: object) =>
    fetch(`${running.url}/_emulator/${path}`, body === undefined ? {} : { method: "POST", body: JSON.stringify(body) });
  const said = (await (
    await stage("say", { from: "Ann", group: "Ops", addressed: true, text: "hello" })
  ).json()) as object;
  expect(said).toMatchObject({ conversationId: "group-ops", senderId: "user-ann" });
  await expect.poll(() => received).toHaveLength(1);
  expect(JSON.parse(received[0]?.body ?? "")).toMatchObject({ addressed: true, conversation: { type: "group" } });
  expect(await (await stage("shows")).json()).toEqual({ messages: [] });
  expect((await stage("say", {})).status).toBe(400);
  expect((await stage("faults", { action: { status: 500 } })).status).toBe(204);
  expect((await stage("elsewhere")).status).toBe(404);
});

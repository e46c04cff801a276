import { setTimeout as sleep } from "node:timers/promises";
import type { Channel } from "@loong/sdk";
import { createGatewayEnd, serveWebhook } from "@loong/testkit";
import { expect, onTestFinished, test } from "vitest";
import { DEFAULT_SECRET, type HttpEmulator, startHttpEmulator } from "../src/emulator/index.ts";
import plugin, { type HttpAccount } from "../src/index.ts";
import { host } from "./room.ts";

interface Stage {
  readonly app: HttpEmulator;
  readonly channel: Channel;
  readonly gateway: ReturnType<typeof createGatewayEnd>;
}

async function stage(retryDelaysMs: readonly number[] = [], secrets: Partial<HttpAccount> = {}): Promise<Stage> {
  const app = await startHttpEmulator({ retryDelaysMs });
  const channel = plugin.open({ secret: DEFAULT_SECRET, callbackUrl: app.callbackUrl, ...secrets }, host);
  const gateway = createGatewayEnd();
  const server = await serveWebhook(channel, gateway.inbound);
  app.deliverTo(server.url);
  onTestFinished(async () => {
    await app.close();
    await channel.close();
    await server.close();
  });
  return { app, channel, gateway };
}

test("a gateway that cannot store answers 503, and has the message when it comes again", async () => {
  const { app, gateway } = await stage([50, 50, 50, 50]);
  gateway.setGate("refuse");
  const ann = app.user("Ann");
  const said = app.say(app.directChat(ann), ann, "are you there?");
  await expect.poll(() => said.statuses()).toContain(503);
  gateway.setGate("accept");
  await expect.poll(() => said.acknowledged()).toBe(true);
  expect(gateway.events.map(({ text }) => text)).toEqual(["are you there?"]);
});

test("the same request sent once more carries the same ids: the core takes it once", async () => {
  const { app, gateway } = await stage();
  const ann = app.user("Ann");
  const said = app.say(app.directChat(ann), ann, "hello");
  await expect.poll(() => said.acknowledged()).toBe(true);
  app.redeliver(said);
  await expect.poll(() => gateway.events.length).toBe(2);
  expect(new Set(gateway.events.map(({ eventId }) => eventId)).size).toBe(1);
});

test("threads, titles and answers keep their places", async () => {
  const { app, gateway } = await stage();
  app.say(app.group("Ops"), app.user("Ann"), "deploy?", { threadId: "t1", inReplyTo: "out-1", addressed: true });
  await expect
    .poll(() => gateway.events)
    .toMatchObject([
      {
        conversation: { id: "group-ops", type: "group", title: "Ops", threadId: "t1" },
        inReplyTo: "out-1",
        addressed: true,
      },
    ]);
});

test("a signed request that is no message is explained, not stored", async () => {
  const { app, channel, gateway } = await stage();
  const [forgery] = app.forgeries("/http/messages");
  const { signedHeaders } = await import("../src/signature.ts");
  const body = Buffer.from('{"id":"m1"}');
  const headers = signedHeaders(DEFAULT_SECRET, body, Date.now());
  const request = { ...forgery?.request, method: "POST", path: "/http/messages", query: {}, headers, body };
  const response = await channel.webhook?.handle(request, gateway.inbound);
  expect(response).toMatchObject({ status: 400, refused: "message" });
  expect(response?.body).toContain("conversation");
  expect(await channel.webhook?.handle({ ...request, method: "PUT" }, gateway.inbound)).toMatchObject({ status: 405 });
  expect(gateway.events).toEqual([]);
});

test("a refusal repeats nothing of the request", async () => {
  const { app, channel, gateway } = await stage();
  for (const { request } of app.forgeries("/http/messages")) {
    const response = await channel.webhook?.handle(request, gateway.inbound);
    expect(response?.body).not.toMatch(/let me in|Mallory|user-mallory/);
  }
});

test("with the previous secret kept, what the application signs with it is still taken", async () => {
  const { app, gateway } = await stage([], { secret: "the-next-secret-0123456789", previousSecret: DEFAULT_SECRET });
  const ann = app.user("Ann");
  const said = app.say(app.directChat(ann), ann, "hello");
  await expect.poll(() => said.acknowledged()).toBe(true);
  expect(gateway.events).toMatchObject([{ text: "hello" }]);
});

test("a rotated secret is refused in both directions until both sides have it", async () => {
  const { app, channel } = await stage();
  app.rotateSecret("the-next-secret-0123456789");
  const ann = app.user("Ann");
  const said = app.say(app.directChat(ann), ann, "hello");
  await expect.poll(() => said.statuses()).toEqual([401]);
  expect(await channel.probe(AbortSignal.timeout(5_000))).toMatchObject({
    problems: [{ code: "CALLBACK_SECRET_REFUSED" }],
  });
});

test("serve says connected once the application has answered a ping, and why it has not", async () => {
  const { app, channel, gateway } = await stage();
  app.inject({ type: "ping", action: { status: 503 } });
  const stop = new AbortController();
  const serving = channel.serve?.(gateway.inbound, stop.signal);
  await expect
    .poll(() => gateway.states.map(({ state }) => state))
    .toEqual(["connecting", "disconnected", "connected"]);
  expect(gateway.states[1]).toMatchObject({ reason: expect.stringContaining("503"), retryInMs: 1_000 });
  stop.abort();
  await serving;
});

test("serve stops at once while it waits to ask again", async () => {
  const { app, channel, gateway } = await stage();
  await app.close();
  const stop = new AbortController();
  const serving = channel.serve?.(gateway.inbound, stop.signal);
  await expect.poll(() => gateway.states.at(-1)?.state).toBe("disconnected");
  stop.abort();
  expect(await Promise.race([serving, sleep(500, "late")])).toBeUndefined();
});

test("serve ends with bad-credentials when the application has another secret", async () => {
  const { app, channel, gateway } = await stage();
  app.rotateSecret("the-next-secret-0123456789");
  await expect(channel.serve?.(gateway.inbound, new AbortController().signal)).rejects.toMatchObject({
    outcome: "bad-credentials",
  });
});

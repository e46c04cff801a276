import { createHmac } from "node:crypto";
import { createGatewayEnd, createTestHost } from "@loong/testkit";
import { expect, onTestFinished, test } from "vitest";
import { createWebhook } from "../src/inbound/webhook.ts";

const account = { baseUrl: "http://127.0.0.1", token: "t", signingSecret: "s", webhookPath: "/acme/events" };

test("what is signed and cannot be read is acknowledged: it would be no better next time", async () => {
  const host = createTestHost();
  onTestFinished(() => host.close());
  const webhook = createWebhook(account, host);
  const { inbound, offered } = createGatewayEnd();
  const body = Buffer.from("not even JSON");
  const timestamp = String(Math.floor(host.clock.now() / 1_000));
  const signature = createHmac("sha256", "s").update(`${timestamp}.`).update(body).digest("hex");
  const headers = { "x-acme-timestamp": timestamp, "x-acme-signature": signature };
  const request = { method: "POST", path: webhook.path, query: {}, headers, body };
  expect(await webhook.handle(request, inbound)).toEqual({ status: 200 });
  expect(offered()).toBe(0);
});

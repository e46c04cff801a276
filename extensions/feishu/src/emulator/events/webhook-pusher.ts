import { randomBytes } from "node:crypto";
import { Agent, request as httpRequest, type ClientRequest, type IncomingMessage } from "node:http";
import { Agent as TlsAgent, request as httpsRequest } from "node:https";
import { type EmulatorClock, isRecord, parseJson, recordAt } from "@loong/emulator-kit";
import type { PushManner } from "../faults.ts";
import type { App } from "../state/apps.ts";
import type { AttemptResult, Parcel, Transport } from "./deliveries.ts";
import { encryptEvent, eventSignature } from "./crypto.ts";

/** What the app answered to `url_verification`. */
export interface UrlCheck {
  readonly ok: boolean;
  readonly status: number | undefined;
  readonly detail: string;
}

export interface WebhookPusher {
  readonly transport: Transport;
  verifyUrl(app: App, url: string): Promise<UrlCheck>;
  close(): void;
}

export interface WebhookPorts {
  readonly clock: EmulatorClock;
  readonly timeoutMs: number;
}

/** How long the platform waits for the answer to `url_verification`. */
const URL_CHECK_TIMEOUT_MS = 1000;
const OVERSIZED_BYTES = 2 * 1024 * 1024;
const STALE_MS = 60 * 60 * 1000;
/** Slower than any receiver should wait for a body. */
const SLOW_BODY_MS = 30_000;

/**
 * Pushes events to an app's own address: encrypted and signed when the app has an Encrypt Key. Every attempt is signed
 * anew with the time of that attempt (whether the real platform does is not documented).
 */
export function createWebhookPusher({ clock, timeoutMs }: WebhookPorts): WebhookPusher {
  const agents = {
    http: new Agent({ keepAlive: true, maxSockets: 256 }),
    https: new TlsAgent({ keepAlive: true, maxSockets: 256 }),
  };

  function transport(parcel: Parcel, settle: (result: AttemptResult) => void): void {
    const push = prepare(parcel, clock.now());
    const first = post(push, timeoutMs);
    const last = parcel.manner === "replay" ? first.then(() => post(push, timeoutMs)) : first;
    void last.then(settle, (error: Error) => settle({ outcome: "failed", detail: error.message }));
  }

  function post(push: Push, limitMs: number): Promise<AttemptResult> {
    return new Promise((resolve, reject) => {
      const url = new URL(push.url);
      const tls = url.protocol === "https:";
      const options = { method: "POST", headers: push.headers, agent: tls ? agents.https : agents.http };
      const request = (tls ? httpsRequest : httpRequest)(url, options, (response) => {
        readAnswer(response).then((answer) => {
          timer.cancel();
          resolve(answer);
        }, reject);
      });
      const timer = clock.setTimer(limitMs, () => {
        resolve({ outcome: "timeout" });
        request.destroy();
      });
      request.on("error", (error) => {
        timer.cancel();
        reject(error);
      });
      write(request, push);
    });
  }

  return {
    transport,
    async verifyUrl(app, url) {
      const challenge = randomBytes(16).toString("hex");
      const plain = JSON.stringify({ challenge, token: app.verificationToken, type: "url_verification" });
      const body = app.encryptKey === undefined ? plain : encrypted(app.encryptKey, plain);
      const push = { url, body, headers: headersFor(body), slowMs: 0 };
      const answer = await post(push, URL_CHECK_TIMEOUT_MS).catch((error: Error): AttemptResult => ({
        outcome: "failed",
        detail: error.message,
      }));
      const ok = answer.outcome === "acknowledged" && isRecord(answer.data) && answer.data["challenge"] === challenge;
      const detail = ok
        ? "challenge returned"
        : (answer.detail ?? `${answer.outcome}: the challenge did not come back`);
      return { ok, status: answer.status, detail };
    },
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

interface Push {
  readonly url: string;
  readonly body: string;
  readonly headers: Record<string, string>;
  readonly slowMs: number;
}

function prepare({ app, payload, manner }: Parcel, nowMs: number): Push {
  const wrong = typeof manner === "string" ? (manner as PushManner) : undefined;
  const plain = wrong === undefined ? payload : misworded(payload, wrong);
  const url = wrong === "wrong-path" ? `${app.webhookUrl}/elsewhere` : (app.webhookUrl ?? "");
  const slowMs = wrong === "slow-body" ? SLOW_BODY_MS : 0;
  if (app.encryptKey === undefined || wrong === "plaintext")
    return { url, body: plain, headers: headersFor(plain), slowMs };
  const body = encrypted(app.encryptKey, plain);
  const signedAtMs = wrong === "stale-timestamp" ? nowMs - STALE_MS : nowMs;
  const key = wrong === "bad-signature" ? `${app.encryptKey}-forged` : app.encryptKey;
  return { url, body, headers: { ...headersFor(body), ...signed(key, body, signedAtMs) }, slowMs };
}

function misworded(payload: string, wrong: PushManner): string {
  if (wrong === "not-json") return payload.slice(1);
  if (wrong === "oversized")
    return JSON.stringify({ ...(JSON.parse(payload) as object), padding: "x".repeat(OVERSIZED_BYTES) });
  if (wrong !== "wrong-token") return payload;
  const body = JSON.parse(payload) as { header?: object; token?: string };
  const token = "somebody-elses-token";
  return JSON.stringify(
    recordAt(body, "header") === undefined ? { ...body, token } : { ...body, header: { ...body.header, token } },
  );
}

function encrypted(encryptKey: string, plain: string): string {
  return JSON.stringify({ encrypt: encryptEvent(encryptKey, plain) });
}

function headersFor(body: string): Record<string, string> {
  return { "content-type": "application/json; charset=utf-8", "content-length": String(Buffer.byteLength(body)) };
}

function signed(encryptKey: string, body: string, atMs: number): Record<string, string> {
  const timestamp = String(Math.floor(atMs / 1000));
  const nonce = randomBytes(8).toString("hex");
  return {
    "x-lark-request-timestamp": timestamp,
    "x-lark-request-nonce": nonce,
    "x-lark-signature": eventSignature(timestamp, nonce, encryptKey, body),
  };
}

function write(request: ClientRequest, { body, slowMs }: Push): void {
  if (slowMs === 0) {
    request.end(body);
    return;
  }
  request.write(body.slice(0, 1));
  const timer = setTimeout(() => request.end(body.slice(1)), slowMs).unref();
  request.on("close", () => clearTimeout(timer));
}

async function readAnswer(response: IncomingMessage): Promise<AttemptResult> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const status = response.statusCode ?? 0;
  const text = Buffer.concat(chunks).toString("utf8");
  return { outcome: status === 200 ? "acknowledged" : "refused", status, data: text === "" ? {} : parseJson(text) };
}

import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

export interface PushResult {
  /** Absent when there was no answer. */
  readonly status?: number;
  readonly reason?: string;
  readonly retryAfterSeconds?: number;
  readonly body?: string;
  readonly contentType?: string;
  /** What went wrong, as `getWebhookInfo` tells it. */
  readonly error?: string;
}

interface PushRequest {
  readonly url: string;
  readonly secretToken: string;
  readonly body: string;
  readonly timeoutMs: number;
}

export interface WebhookClient {
  push(request: PushRequest): Promise<PushResult>;
  close(): void;
}

/** Posts updates over kept-alive connections. Never rejects. */
export function createWebhookClient(): WebhookClient {
  const agents = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) };
  return {
    push({ url, secretToken, body, timeoutMs }) {
      const isHttps = url.startsWith("https:");
      const headers = {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
        "accept-encoding": "gzip, deflate",
        ...(secretToken === "" ? {} : { "x-telegram-bot-api-secret-token": secretToken }),
      };
      return new Promise((resolve) => {
        const options = { method: "POST", headers, agent: isHttps ? agents.https : agents.http };
        const request = (isHttps ? httpsRequest : httpRequest)(url, options, (response) => {
          void readResult(response).then(resolve);
        });
        request.setTimeout(timeoutMs, () => request.destroy(new Error("Read timeout expired")));
        request.on("error", (error: NodeJS.ErrnoException) => resolve({ error: wordsFor(error) }));
        request.end(body);
      });
    },
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

async function readResult(response: IncomingMessage): Promise<PushResult> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer);
  } catch {
    return { error: "Webhook connection closed" };
  }
  const retryAfter = Number(response.headers["retry-after"]);
  return {
    status: response.statusCode ?? 0,
    reason: response.statusMessage ?? "",
    body: Buffer.concat(chunks).toString("utf8"),
    contentType: response.headers["content-type"] ?? "",
    ...(Number.isInteger(retryAfter) && retryAfter > 0 ? { retryAfterSeconds: retryAfter } : {}),
  };
}

function wordsFor({ code, message }: NodeJS.ErrnoException): string {
  if (code === "ECONNREFUSED") return "Connection refused";
  return code === "ECONNRESET" ? "Connection reset by peer" : message;
}

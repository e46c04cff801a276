import { type Faults, RETRY_AFTER_S } from "./faults.ts";
import { BOT, type Message, type Platform } from "./platform.ts";
import type { Answer, Call } from "./server.ts";

const MAX_TEXT_LENGTH = 4_000;
const POST = /^\/api\/rooms\/([^/]+)\/messages$/;

/**
 * The calls of a bot that are not about events. Acme Chat is made up; here stands what the documentation of your platform
 * says, with the page and the day it was read, and nothing that is only known from the channel's own code.
 */
export function createBotApi(platform: Platform, faults: Faults): (call: Call) => Answer | undefined {
  const byKey = new Map<string, Message>();

  function post(call: Call, roomId: string): Answer {
    const fault = faults.take();
    if (fault === "rate-limited") return { status: 429, headers: { "retry-after": String(RETRY_AFTER_S) } };
    if (fault === "server-error") return { status: 500 };
    const answer = take(call, roomId);
    return fault === "response-lost" ? "lost" : answer;
  }

  function take({ headers, body }: Call, roomId: string): Answer {
    const room = platform.room(roomId);
    if (room === undefined) return { status: 404 };
    const { text, reply_to: replyTo } = (body ?? {}) as { text?: unknown; reply_to?: unknown };
    if (typeof text !== "string" || text === "") return { status: 400, body: { error: "text is missing" } };
    if (text.length > MAX_TEXT_LENGTH) return { status: 413, body: { error: "text is too long" } };
    const key = String(headers["idempotency-key"]);
    const reply = typeof replyTo === "string" ? { replyTo } : {};
    const message = byKey.get(key) ?? platform.add({ room, sender: BOT, text, ...reply });
    byKey.set(key, message);
    return { status: 201, body: { id: message.id } };
  }

  return (call) => {
    if (call.method === "GET" && call.path === "/api/me") return { status: 200, body: { id: BOT.id, name: BOT.name } };
    const [, roomId] = POST.exec(call.path) ?? [];
    return call.method === "POST" && roomId !== undefined ? post(call, decodeURIComponent(roomId)) : undefined;
  };
}

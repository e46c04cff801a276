import type { CallApi } from "./call.ts";

/** What every bot of Acme Chat can do. Say here on which page of the platform's documentation each call stands. */
export interface BotApi {
  /** Whom the token belongs to. */
  me(signal: AbortSignal): Promise<{ readonly id: string; readonly name: string }>;
  /** @returns the id of the new message, or of the one that this key has made before. */
  post(room: string, message: NewMessage, signal: AbortSignal): Promise<string>;
}

export interface NewMessage {
  readonly text: string;
  readonly replyTo?: string;
  readonly idempotencyKey: string;
}

export function createBotApi(call: CallApi): BotApi {
  return {
    async me(signal) {
      return (await call({ method: "GET", path: "api/me" }, signal)) as { id: string; name: string };
    },
    async post(room, { text, replyTo, idempotencyKey }, signal) {
      const path = `api/rooms/${encodeURIComponent(room)}/messages`;
      const headers = { "idempotency-key": idempotencyKey };
      const body = { text, ...(replyTo === undefined ? {} : { reply_to: replyTo }) };
      const { id } = (await call({ method: "POST", path, headers, body }, signal)) as { id: string };
      return id;
    },
  };
}

import { DEFAULT_BOT } from "@loong/telegram/emulator";

export interface BotAnswer<Result = unknown> {
  readonly status: number;
  readonly ok: boolean;
  readonly result: Result;
  readonly error_code?: number;
  readonly description?: string;
  readonly parameters?: { readonly retry_after?: number; readonly migrate_to_chat_id?: number };
}

export interface Update {
  readonly update_id: number;
  readonly message?: { readonly text?: string; readonly message_id: number };
  readonly [type: string]: unknown;
}

export type BotClient = <Result = unknown>(method: string, params?: object | FormData) => Promise<BotAnswer<Result>>;

/** The Bot API as bytes on a wire: no library between a test and the emulator. */
export function botClient(url: string, token: string = DEFAULT_BOT.token): BotClient {
  return async (method: string, params: object | FormData = {}) => {
    const isForm = params instanceof FormData;
    const response = await fetch(`${url}/bot${token}/${method}`, {
      method: "POST",
      body: isForm ? params : JSON.stringify(params),
      ...(isForm ? {} : { headers: { "content-type": "application/json" } }),
    });
    return { status: response.status, ...((await response.json()) as Omit<BotAnswer<never>, "status">) };
  };
}

/** Resolves once `holds`. */
export async function until(holds: () => boolean, timeoutMs = 10_000): Promise<void> {
  const endMs = Date.now() + timeoutMs;
  while (!holds()) {
    if (Date.now() > endMs) throw new Error(`waited ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The smallest PNG header that tells its size: 1 × 1. */
export const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489", "hex");

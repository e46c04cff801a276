import type { TelegramApi } from "./api/client.ts";

/** The account as the platform knows it. */
export interface Bot {
  readonly id: number;
  /** Without `@`; written in any case by those who mention it. */
  readonly username: string;
  readonly name: string;
  /** Privacy mode is off. */
  readonly seesGroups: boolean;
}

/** Who this account is on the platform: asked once for all who need it, asked again after a failure. */
export interface Identity {
  get(): Promise<Bot>;
}

export function createIdentity(api: TelegramApi, signal: AbortSignal): Identity {
  let known: Promise<Bot> | undefined;
  return {
    get() {
      known ??= fetchBot(api, signal).catch((error: unknown) => {
        known = undefined;
        throw error;
      });
      return known;
    },
  };
}

/** @see https://core.telegram.org/bots/api#getme (read 2026-08) */
export async function fetchBot(api: TelegramApi, signal: AbortSignal): Promise<Bot> {
  const me = await api.call(({ raw, signal: limited }) => raw.getMe(limited), signal);
  return {
    id: me.id,
    username: me.username,
    name: me.first_name,
    seesGroups: me.can_read_all_group_messages,
  };
}

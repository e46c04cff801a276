import { type TelegramApi, createApi } from "./api/client.ts";
import { type Transport, createTransport } from "./api/transport.ts";
import { type TelegramAccount, baseUrlOf, tokenOf } from "./config.ts";
import type { Migrations } from "./migrations.ts";

/** A client whose settings are checked at its first call: a wrong one is then an answer, not a broken start. */
export interface Connector {
  readonly api: TelegramApi;
  /** @throws TELEGRAM_TOKEN_MISSING, TELEGRAM_TOKEN_FORM, TELEGRAM_BASE_URL */
  botId(): string;
  close(): void;
}

export function createConnector(
  account: Pick<TelegramAccount, "botToken" | "baseUrl">,
  accountId: string,
  migrations: Migrations,
): Connector {
  let made: { readonly botId: string; readonly transport: Transport; readonly api: TelegramApi } | undefined;

  function connection() {
    if (made !== undefined) return made;
    const { token, botId } = tokenOf(account, accountId);
    const baseUrl = baseUrlOf(account);
    const transport = createTransport(baseUrl);
    made = { botId, transport, api: createApi({ token, baseUrl, transport, onMigrated: migrations.note }) };
    return made;
  }

  return {
    api: {
      call: async (run, signal, timeoutMs) => connection().api.call(run, signal, timeoutMs),
      file: async (path, signal) => connection().api.file(path, signal),
    },
    botId: () => connection().botId,
    close: () => made?.transport.close(),
  };
}

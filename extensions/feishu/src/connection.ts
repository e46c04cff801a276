import { type ApiClient, createApiClient } from "./api/client.ts";
import { type Transport, createTransport } from "./api/transport.ts";
import { type Credentials, type FeishuAccount, baseUrlOf, credentialsOf } from "./config.ts";

/** What it takes to call the platform as one app. */
interface Connection {
  readonly credentials: Credentials;
  readonly baseUrl: URL;
  readonly transport: Transport;
}

/** A client whose settings are checked at its first call: a wrong one is then an answer, not a broken start. */
export interface Connector {
  readonly client: ApiClient;
  /** @throws FEISHU_APP_ID_MISSING, FEISHU_APP_SECRET_MISSING, FEISHU_BASE_URL */
  connection(): Connection;
  close(): void;
}

export function createConnector(
  account: Pick<FeishuAccount, "appId" | "appSecret" | "baseUrl" | "domain">,
  accountId: string,
  now: () => number,
): Connector {
  let made: (Connection & { readonly client: ApiClient }) | undefined;

  function connection(): Connection & { readonly client: ApiClient } {
    if (made !== undefined) return made;
    const credentials = credentialsOf(account, accountId);
    const baseUrl = baseUrlOf(account);
    const transport = createTransport(baseUrl);
    made = { credentials, baseUrl, transport, client: createApiClient(credentials, baseUrl, transport, now) };
    return made;
  }

  return {
    client: {
      call: async (request, signal) => connection().client.call(request, signal),
      open: async (request, signal) => connection().client.open(request, signal),
    },
    connection,
    close: () => made?.transport.close(),
  };
}

import type * as Sdk from "@wecom/aibot-node-sdk";
import { DEFAULT_BOT, type WecomEmulator } from "@loong/wecom/emulator";

// Its ES build by path: the test runner resolves with the `import` condition everywhere, so that the CommonJS build, which
// is the package's main, would be handed a module namespace instead of the class when it requires `ws`.
const BUILD: string = "@wecom/aibot-node-sdk/dist/index.esm.js";
const { WSClient } = (await import(BUILD)) as typeof Sdk;

type Client = Sdk.WSClient;
/** A callback, as far as an answer to it needs to know. */
export type OfficialFrame = Sdk.WsFrameHeaders;
export type ClientOptions = Partial<ConstructorParameters<typeof WSClient>[0]>;

const silent = { error() {}, warn() {}, info() {}, debug() {} };

/** The platform's own client, quiet, and not connected yet. */
export function officialClient(emulator: Pick<WecomEmulator, "websocketUrl">, options: ClientOptions = {}): Client {
  const { botId, secret } = DEFAULT_BOT;
  return new WSClient({
    botId,
    secret,
    wsUrl: emulator.websocketUrl,
    logger: silent,
    reconnectInterval: 20,
    ...options,
  });
}

/** Connects and resolves once the platform has accepted the credentials. */
export async function subscribed(client: Client): Promise<Client> {
  const authenticated = new Promise<void>((resolve) => client.once("authenticated", resolve));
  client.connect();
  await authenticated;
  return client;
}

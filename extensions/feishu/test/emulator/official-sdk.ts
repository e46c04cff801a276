import * as lark from "@larksuiteoapi/node-sdk";
import { DEFAULT_APP, type AppOptions } from "@loong/feishu/emulator";

type Credentials = Pick<AppOptions, "appId" | "appSecret">;
type Handlers = Record<string, (data: never) => Promise<unknown>>;

const silent = { error() {}, warn() {}, info() {}, debug() {}, trace() {} };

function optionsFor(url: string, { appId, appSecret }: Credentials) {
  // A proxy of the machine would swallow calls to 127.0.0.1.
  Object.assign(lark.defaultHttpInstance.defaults, { proxy: false });
  return { appId, appSecret, domain: url, logger: silent };
}

/** The platform's own client, with a token cache of its own and no proxy. */
export function officialClient(url: string, app: Credentials = DEFAULT_APP): lark.Client {
  return new lark.Client({ ...optionsFor(url, app), cache: new lark.DefaultCache() });
}

export interface Listener {
  readonly received: Record<string, unknown>[];
  readonly client: lark.WSClient;
  /** How often the client came back. */
  reconnects(): number;
  errors(): readonly Error[];
  close(): void;
}

/**
 * The platform's own long connection. Resolves once it listens; `handlers` answer by event type, and everything that
 * comes is in `received`.
 */
export async function officialListener(
  url: string,
  handlers: Handlers = {},
  app: Credentials = DEFAULT_APP,
): Promise<Listener> {
  const received: Record<string, unknown>[] = [];
  const errors: Error[] = [];
  let reconnects = 0;
  const record = async (data: Record<string, unknown>): Promise<unknown> => {
    received.push(data);
    return handlers[String(data["event_type"])]?.(data as never);
  };
  const types = [
    "im.message.receive_v1",
    "im.message.recalled_v1",
    "im.message.reaction.created_v1",
    "card.action.trigger",
  ];
  const dispatcher = new lark.EventDispatcher({ logger: silent });
  dispatcher.register(Object.fromEntries(types.map((type) => [type, record])) as never);
  const client = await new Promise<lark.WSClient>((resolve, reject) => {
    const made: lark.WSClient = new lark.WSClient({
      ...optionsFor(url, app),
      onReady: () => resolve(made),
      onError: (error: Error) => {
        errors.push(error);
        reject(error);
      },
      onReconnected: () => (reconnects += 1),
    });
    void made.start({ eventDispatcher: dispatcher });
  });
  return {
    received,
    client,
    reconnects: () => reconnects,
    errors: () => errors,
    close: () => client.close({ force: true }),
  };
}

/** Waits until `check` holds, looking every few milliseconds. */
export async function until(check: () => boolean, timeoutMs = 10_000): Promise<void> {
  const endMs = Date.now() + timeoutMs;
  while (!check()) {
    if (Date.now() > endMs) throw new Error("it did not happen in time");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

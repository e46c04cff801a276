import { randomBytes } from "node:crypto";
import type { ChannelHost, Inbound } from "@loong/sdk";
import type { WebchatAccount } from "./account.ts";
import { createReceiver } from "./conversation/receive.ts";
import { createHttpHandler } from "./listener/http.ts";
import { type Listener, startListener, tryBind } from "./listener/listener.ts";
import { createSockets } from "./listener/sockets.ts";
import { createPageMaker } from "./page/page.ts";
import { type Limits, type Settings, settingsOf } from "./settings.ts";
import { type Identity, createIdentity } from "./visitors/identity.ts";
import { loadSessionKey } from "./visitors/session-key.ts";
import type { Visitors } from "./visitors/visitors.ts";

/** The account's listener, which is there while somebody needs it. */
export interface Station {
  /** @throws what `settingsOf` throws */
  settings(): Settings;
  /** @throws WEBCHAT_SESSION_KEY */
  identity(): Promise<Identity>;
  readonly isListening: boolean;
  /**
   * Resolves once the listener is there, or once it was seen that it could be.
   *
   * @throws WEBCHAT_PORT_TAKEN, WEBCHAT_BIND_REFUSED
   */
  tryAddress(): Promise<void>;
  /**
   * Starts the listener if it is not there. It goes when everybody who holds it has let go.
   *
   * @throws WEBCHAT_PORT_TAKEN, WEBCHAT_BIND_REFUSED and what `settings` and `identity` throw.
   */
  hold(): Promise<{ release(): Promise<void> }>;
  /** Where events go from now on. */
  receiveFor(inbound: Inbound | undefined): void;
}

export interface StationParts {
  readonly account: WebchatAccount;
  readonly host: ChannelHost;
  readonly limits: Limits;
  readonly visitors: Visitors;
}

export function createStation({ account, host, limits, visitors }: StationParts): Station {
  let inbound: Inbound | undefined;
  let identity: Promise<Identity> | undefined;
  let listener: Promise<Listener> | undefined;
  /** Whatever had the address last has given it back. */
  let addressFree: Promise<void> = Promise.resolve();
  let holders = 0;

  const settings = () => settingsOf(account);

  function identified(): Promise<Identity> {
    identity ??= loadIdentity(account, host.dataDir).catch((error: unknown) => {
      identity = undefined;
      throw error;
    });
    return identity;
  }

  async function start(): Promise<Listener> {
    const parts = { settings: settings(), identity: await identified(), visitors, now: host.clock.now, log: host.log };
    const { maxMessageChars, maxVisitors } = limits;
    const receive = createReceiver({ ...parts, maxMessageChars, inbound: () => inbound });
    const sockets = createSockets({ ...parts, receive });
    const page = createPageMaker(parts.settings, maxMessageChars);
    await addressFree;
    return startListener(parts.settings, maxVisitors, {
      request: createHttpHandler({ ...parts, page }),
      upgrade: (request, socket, head) => sockets.upgrade(request, socket, head),
      sweep: () => sockets.sweep(),
      closing: () => sockets.close(),
    });
  }

  async function letGo(): Promise<void> {
    holders -= 1;
    if (holders > 0) return;
    const last = listener;
    listener = undefined;
    addressFree = (last ?? Promise.resolve()).then((open) => open?.close()).catch(() => {});
    await addressFree;
  }

  return {
    settings,
    identity: identified,
    get isListening() {
      return listener !== undefined;
    },
    async tryAddress() {
      if (listener !== undefined) return void (await listener);
      const tried = addressFree.then(() => tryBind(settings()));
      addressFree = tried.catch(() => {});
      await tried;
    },
    async hold() {
      holders += 1;
      listener ??= start();
      try {
        await listener;
      } catch (error) {
        await letGo();
        throw error;
      }
      let released: Promise<void> | undefined;
      return { release: () => (released ??= letGo()) };
    },
    receiveFor: (next) => void (inbound = next),
  };
}

async function loadIdentity({ sessionKey, accessToken }: WebchatAccount, dataDir: string): Promise<Identity> {
  return createIdentity(await loadSessionKey({ sessionKey, accessToken, dataDir, randomBytes }), randomBytes);
}

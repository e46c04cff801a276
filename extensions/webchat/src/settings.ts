import { DEFAULTS, type WebchatAccount } from "./account.ts";
import { webchatErrors } from "./errors.ts";

/** What stands in the account, checked and complete. */
export interface Settings {
  readonly bind: string;
  readonly host: string;
  readonly port: number;
  readonly allowedOrigins: ReadonlySet<string>;
  readonly frameAncestors: readonly string[];
  readonly accessToken: string | undefined;
  readonly title: string;
}

/** Bounds, in the units of the code. */
export interface Limits {
  readonly maxMessageChars: number;
  readonly messagesPerMinute: number;
  readonly maxVisitors: number;
  readonly historyMessages: number;
  readonly idleTimeoutMs: number;
  readonly visitorTimeoutMs: number;
}

const MINUTE_MS = 60_000;
/** No wildcard, and nothing that means something in a header. */
const ORIGIN = /^https?:\/\/(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d+)?$/;
const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);

/** @throws WEBCHAT_BIND_INVALID, WEBCHAT_ORIGIN_INVALID, or WEBCHAT_ORIGINS_MISSING where a listener would be open to the network. */
export function settingsOf(account: WebchatAccount): Settings {
  const { bind = DEFAULTS.bind, accessToken, title = DEFAULTS.title } = account;
  const { host, port } = addressOf(bind);
  const named = (account.allowedOrigins ?? []).map((origin) => originOf("allowedOrigins", origin));
  if (named.length === 0 && !LOOPBACK.has(host)) throw webchatErrors.WEBCHAT_ORIGINS_MISSING([bind]);
  return {
    bind,
    host,
    port,
    allowedOrigins: new Set(named.length > 0 ? named : loopbackOrigins(port)),
    frameAncestors: (account.frameAncestors ?? []).map((origin) => originOf("frameAncestors", origin)),
    accessToken: accessToken === "" ? undefined : accessToken,
    title,
  };
}

export function limitsOf(account: WebchatAccount): Limits {
  const { idleTimeoutMinutes, visitorTimeoutMinutes, ...rest } = { ...DEFAULTS, ...account };
  return {
    maxMessageChars: rest.maxMessageChars,
    messagesPerMinute: rest.messagesPerMinute,
    maxVisitors: rest.maxVisitors,
    historyMessages: rest.historyMessages,
    idleTimeoutMs: idleTimeoutMinutes * MINUTE_MS,
    visitorTimeoutMs: visitorTimeoutMinutes * MINUTE_MS,
  };
}

function addressOf(bind: string): { host: string; port: number } {
  const parts = /^(?:\[([0-9a-f:.]+)\]|([^:\s/]+)):(\d{1,5})$/i.exec(bind);
  const host = parts?.[1] ?? parts?.[2];
  const port = Number(parts?.[3]);
  if (host === undefined || port < 1 || port > 65_535) throw webchatErrors.WEBCHAT_BIND_INVALID([bind]);
  return { host, port };
}

/** As browsers write it in `Origin`: lower case, no default port, no path. */
function originOf(key: string, text: string): string {
  const url = URL.parse(text);
  const isOrigin = url !== null && ORIGIN.test(url.origin) && url.href === `${url.origin}/`;
  if (!isOrigin) throw webchatErrors.WEBCHAT_ORIGIN_INVALID([key, text]);
  return url.origin;
}

function loopbackOrigins(port: number): readonly string[] {
  return ["127.0.0.1", "localhost", "[::1]"].map((host) => new URL(`http://${host}:${port}`).origin);
}

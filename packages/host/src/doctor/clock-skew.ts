import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { type Check, ok, warn } from "./check.ts";

/** Platforms refuse signatures that are minutes off; a `Date` header is exact to a second. */
const MAX_SKEW_MS = 60_000;

/** What `fetch` and undici tell of each answer (https://github.com/nodejs/undici/blob/main/docs/docs/api/DiagnosticsChannel.md, read 2026-11-21). */
const FETCHED = "undici:request:headers";
/** What `node:http` tells of each answer (https://nodejs.org/api/diagnostics_channel.html#http, read 2026-11-21). */
const ANSWERED = "http.client.response.finish";

interface FetchedMessage {
  readonly request: { readonly origin?: string | URL };
  readonly response: { readonly headers: readonly (Buffer | string)[] };
}

interface AnsweredMessage {
  readonly request: { readonly host?: string };
  readonly response: { readonly headers: { readonly date?: string } };
}

interface ServerTime {
  readonly server: string;
  /** This machine's clock minus the server's. */
  readonly skewMs: number;
}

/** Compares this machine's clock with the `Date` of every HTTP answer that somebody else's request gets meanwhile. */
export interface ServerClocks extends Disposable {
  /** `undefined` when nobody answered. */
  check(): Check | undefined;
}

export function watchServerClocks(now: () => number): ServerClocks {
  const seen: ServerTime[] = [];
  const note = (server: string, date: string | undefined) => {
    const serverMs = Date.parse(date ?? "");
    if (!Number.isNaN(serverMs)) seen.push({ server, skewMs: now() - serverMs });
  };
  const fetched = (message: unknown) => {
    const { request, response } = message as FetchedMessage;
    note(String(request.origin ?? "a server"), headerOf(response.headers, "date"));
  };
  const answered = (message: unknown) => {
    const { request, response } = message as AnsweredMessage;
    note(request.host ?? "a server", response.headers.date);
  };
  subscribe(FETCHED, fetched);
  subscribe(ANSWERED, answered);
  return {
    check: () => judgeClock(seen),
    [Symbol.dispose]() {
      unsubscribe(FETCHED, fetched);
      unsubscribe(ANSWERED, answered);
    },
  };
}

/** Names and values in turn, as they came over the wire. */
function headerOf(headers: readonly (Buffer | string)[], wanted: string): string | undefined {
  for (let at = 0; at + 1 < headers.length; at += 2) {
    if (String(headers[at]).toLowerCase() === wanted) return String(headers[at + 1]);
  }
  return undefined;
}

/** One server that agrees is enough: the others may be wrong, or have answered out of a cache. */
export function judgeClock(seen: readonly ServerTime[]): Check | undefined {
  const id = "clock.skew";
  const [closest] = seen.toSorted((a, b) => Math.abs(a.skewMs) - Math.abs(b.skewMs));
  if (closest === undefined) return undefined;
  const { server, skewMs } = closest;
  if (Math.abs(skewMs) <= MAX_SKEW_MS) return ok(id, `this clock agrees with ${server}`);
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  return warn(
    id,
    `This clock is ${seconds} s ${skewMs > 0 ? "ahead of" : "behind"} ${server}: signed events will be refused as stale.`,
    "Let the system set its clock: `timedatectl set-ntp true`.",
  );
}

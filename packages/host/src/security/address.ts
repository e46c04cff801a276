import { isIP } from "node:net";
import { parseBind } from "../http/bind.ts";

/** Where a listener can be reached from. */
export type Reach = "this machine" | "one address" | "everywhere";

/** @param host - As it is bound: `"127.0.0.1"`, `"::"`, `"gateway.lan"`. */
export function reachOf(host: string): Reach {
  if (isLoopback(host)) return "this machine";
  return ["0.0.0.0", "::", "[::]", "*", "0", ""].includes(host) ? "everywhere" : "one address";
}

/** @returns `undefined` for what is no address. */
export function reachOfBind(bind: string): Reach | undefined {
  try {
    return reachOf(parseBind(bind).host);
  } catch {
    return undefined;
  }
}

function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "").toLowerCase();
  if (bare === "localhost" || bare.endsWith(".localhost") || bare === "::1" || bare === "::ffff:127.0.0.1") return true;
  return isIP(bare) === 4 && bare.startsWith("127.");
}

const CREDENTIAL_PARAMETER =
  /^(?:.*[_-])?(?:token|secret|key|apikey|password|passwd|auth|access_token|sig|signature)$/i;

/** A user, a password, or a parameter that is named like a secret stands in it. */
export function holdsCredentials(url: URL): boolean {
  if (url.username !== "" || url.password !== "") return true;
  return [...url.searchParams.keys()].some((name) => CREDENTIAL_PARAMETER.test(name));
}

/** Everybody between here and there can read along. */
export function isPlain({ protocol, hostname }: URL): boolean {
  return (protocol === "http:" || protocol === "ws:") && !isLoopback(hostname);
}

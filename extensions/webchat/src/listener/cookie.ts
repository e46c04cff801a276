import type { Identity } from "../visitors/identity.ts";

/** A session of a month, renewed by every visit. */
const MAX_AGE_SECONDS = 30 * 24 * 60 * 60;

export interface VisitHeaders {
  readonly origin?: string | undefined;
  readonly cookie?: string | undefined;
}

/** The visitor whose cookie a request carries, if it is genuine. */
export function visitorIn({ origin, cookie = "" }: VisitHeaders, identity: Identity): string | undefined {
  const wanted = cookieName(identity, origin);
  const pairs = cookie.split(";").map((pair) => pair.trim().split("=", 2));
  const [, credential] = pairs.find(([name]) => name === wanted) ?? [];
  return credential === undefined ? undefined : identity.visitorOf(credential);
}

/** Out of reach of scripts and of other sites; over TLS also of the sibling hosts of a site, which could plant one. */
export function setCookie(visitor: string, identity: Identity, origin: string): string {
  const secure = isOverTls(origin) ? "; Secure" : "";
  const value = `${cookieName(identity, origin)}=${identity.credential(visitor)}`;
  return `${value}; Path=/; Max-Age=${MAX_AGE_SECONDS}; HttpOnly; SameSite=Strict${secure}`;
}

/**
 * Another name for each key: browsers send one host's cookies to all of its ports. Browsers keep a name with `__Host-`
 * for the host that set it (draft-ietf-httpbis-rfc6265bis, section 4.1.3.2), and take it over TLS only.
 */
function cookieName(identity: Identity, origin: string | undefined): string {
  return isOverTls(origin) ? `__Host-${identity.cookieName}` : identity.cookieName;
}

function isOverTls(origin: string | undefined): boolean {
  return origin?.startsWith("https:") ?? false;
}

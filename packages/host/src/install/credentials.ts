import type { NpmSettings } from "./npm-settings.ts";

/** What is shown to one address, and to no other. */
export interface Credentials {
  /** The header. */
  readonly authorization?: string;
  /** Files of a client certificate. */
  readonly certificate?: { readonly certfile: string; readonly keyfile: string };
}

/**
 * What npm's settings have for an address: written for it, for a folder above it, or for its host. An address on the
 * registry's own host for which nothing is written gets what the registry gets.
 *
 * @see https://docs.npmjs.com/cli/v11/configuring-npm/npmrc#auth-related-configuration (read 2026-11-21)
 */
export function credentialsFor(url: URL, registry: URL, settings: NpmSettings): Credentials {
  return (
    writtenFor(url, settings) ?? (url.origin === registry.origin ? writtenFor(registry, settings) : undefined) ?? {}
  );
}

function writtenFor({ host, pathname }: URL, settings: NpmSettings): Credentials | undefined {
  return placesAbove(`//${host}${pathname}`)
    .map((place) => writtenAt(place, settings))
    .find((found) => found !== undefined);
}

/** `//host/a/b`, `//host/a/`, `//host/a`, `//host/`, `//host` */
function placesAbove(place: string): readonly string[] {
  return place === "//" ? [] : [place, ...placesAbove(place.replace(/(?:[^/]+|\/)$/, ""))];
}

function writtenAt(place: string, settings: NpmSettings): Credentials | undefined {
  const { [`${place}:certfile`]: certfile, [`${place}:keyfile`]: keyfile } = settings;
  const authorization = authorizationAt(place, settings);
  const certificate = certfile && keyfile ? { certfile, keyfile } : undefined;
  if (authorization === undefined && certificate === undefined) return undefined;
  return {
    ...(authorization === undefined ? {} : { authorization }),
    ...(certificate === undefined ? {} : { certificate }),
  };
}

function authorizationAt(place: string, settings: NpmSettings): string | undefined {
  const of = (name: string) => settings[`${place}:${name}`] || undefined;
  const [token, pair, user, password] = [of("_authToken"), of("_auth"), of("username"), of("_password")];
  if (token !== undefined) return `Bearer ${token}`;
  if (pair !== undefined) return `Basic ${pair}`;
  if (user === undefined || password === undefined) return undefined;
  // npm keeps the password in base64.
  return `Basic ${Buffer.from(`${user}:${Buffer.from(password, "base64").toString("utf8")}`).toString("base64")}`;
}

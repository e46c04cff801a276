import { readFileSync } from "node:fs";
import type { Env } from "@loong/config";
import type { Dispatcher, Response } from "undici";
import { type Credentials, credentialsFor } from "./credentials.ts";
import { installErrors } from "./errors.ts";
import type { NpmSettings } from "./npm-settings.ts";

/** The way to registries that npm's settings and the environment describe: proxies, trusted authorities, credentials. */
export interface Network {
  /**
   * Asks an address and follows where it leads.
   *
   * @param registry - Whose address it is: its credentials are good for what else lies on its host.
   */
  fetch(
    url: string,
    registry: string,
    options: { readonly accept?: string; readonly signal: AbortSignal },
  ): Promise<Response>;
  close(): Promise<void>;
}

const MAX_REDIRECTS = 10;

/** @throws INSTALL_NETWORK_SETTING */
export async function openNetwork(settings: NpmSettings, env: Env): Promise<Network> {
  const { EnvHttpProxyAgent, fetch } = await import("undici");
  const dispatchers = new Map<string, Dispatcher>();
  const [proxies, trust] = [proxiesOf(settings, env), trustOf(settings)];

  function dispatcherFor({ certificate }: Credentials): Dispatcher {
    const known = dispatchers.get(certificate?.certfile ?? "");
    if (known !== undefined) return known;
    const requestTls = { ...trust, ...(certificate === undefined ? {} : clientOf(certificate)) };
    const opened = new EnvHttpProxyAgent({ ...proxies, connect: requestTls, requestTls, proxyTls: trust });
    dispatchers.set(certificate?.certfile ?? "", opened);
    return opened;
  }

  return {
    async fetch(url, registry, { accept = "*/*", signal }) {
      let address = new URL(url);
      for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
        const credentials = credentialsFor(address, new URL(registry), settings);
        const { authorization } = credentials;
        const headers = { accept, ...(authorization === undefined ? {} : { authorization }) };
        const dispatcher = dispatcherFor(credentials);
        const response = await fetch(address, { headers, dispatcher, signal, redirect: "manual" });
        const next = redirectOf(response, address);
        if (next === undefined) return response;
        await response.body?.cancel();
        address = next;
      }
      throw new Error("it leads from one address to the next without end");
    },
    async close() {
      await Promise.all([...dispatchers.values()].map((each) => each.destroy()));
    },
  };
}

/** What was asked for over TLS does not come without. */
function redirectOf({ status, headers }: Response, from: URL): URL | undefined {
  const location = headers.get("location");
  if (![301, 302, 303, 307, 308].includes(status) || location === null) return undefined;
  const url = URL.parse(location, from.href);
  if (url?.protocol !== "https:" && url?.protocol !== from.protocol)
    throw new Error("it leads to an address without https");
  return url;
}

interface Proxies {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
}

/** Empty: none. */
function proxiesOf(settings: NpmSettings, env: Env): Proxies {
  const told = (key: string): Source => [key, settings[key]];
  const inEnv = (name: string): Source => [name, env[name.toLowerCase()] || env[name]];
  return {
    httpProxy: proxyIn(told("proxy"), inEnv("HTTP_PROXY")),
    httpsProxy: proxyIn(told("https-proxy"), told("proxy"), inEnv("HTTPS_PROXY")),
    noProxy: told("noproxy")[1] ?? inEnv("NO_PROXY")[1] ?? "",
  };
}

type Source = readonly [name: string, value: string | undefined];

function proxyIn(...sources: readonly Source[]): string {
  const [name, address] = sources.find(([, value]) => value !== undefined) ?? [];
  if (name === undefined || !address || address === "false") return "";
  if (/^(?:https?|socks5?):$/.test(URL.parse(address)?.protocol ?? "")) return address;
  throw installErrors.INSTALL_NETWORK_SETTING([
    name,
    "it is no address of a proxy, such as http://proxy.acme.com:3128",
  ]);
}

function trustOf(settings: NpmSettings): { readonly rejectUnauthorized: boolean; readonly ca?: string } {
  const { cafile, ca = "" } = settings;
  const trusted = cafile ? fileOf("cafile", cafile) : ca;
  return { rejectUnauthorized: settings["strict-ssl"] !== "false", ...(trusted === "" ? {} : { ca: trusted }) };
}

function clientOf({ certfile, keyfile }: NonNullable<Credentials["certificate"]>) {
  return { cert: fileOf("certfile", certfile), key: fileOf("keyfile", keyfile) };
}

function fileOf(key: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw installErrors.INSTALL_NETWORK_SETTING([key, `${path} cannot be read`], { cause });
  }
}

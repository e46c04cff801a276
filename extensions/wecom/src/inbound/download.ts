import http from "node:http";
import https from "node:https";
import { type LookupFunction, isIP } from "node:net";
import { createPublicLookup, isLoopback, isPublicAddress } from "@loong/guards";
import { isLoongError } from "@loong/sdk";
import { wecomErrors } from "../errors.ts";

/**
 * Opens the address of a file. It comes with a message, so it may lead to the platform or to the public, and nowhere into
 * this network. Redirects are not followed.
 *
 * @param platform - Where the operator says the platform is: its host may be a private one. Where it is on this machine, so
 * may the files be, over http.
 * @throws WECOM_MEDIA_GONE, WECOM_MEDIA_BROKEN, WECOM_MEDIA_PRIVATE_HOST, WECOM_MEDIA_UNREACHABLE
 */
export async function download(address: string, platform: URL, signal: AbortSignal): Promise<http.IncomingMessage> {
  const url = URL.parse(address);
  const isPlain = url?.protocol === "http:" && isLoopback(platform) && isLoopback(url);
  if (url === null || (url.protocol !== "https:" && !isPlain) || url.username !== "" || url.password !== "")
    throw wecomErrors.WECOM_MEDIA_BROKEN(["its address is not https"]);
  const guard = url.hostname === platform.hostname ? {} : { lookup: publicOnly(url) };
  return new Promise((resolve, reject) => {
    const request = (isPlain ? http : https).get(url, { signal, ...guard, ...(isPlain ? { agent: false } : {}) });
    request.on("error", (cause: NodeJS.ErrnoException) => {
      reject(isLoongError(cause) ? cause : wecomErrors.WECOM_MEDIA_UNREACHABLE([cause.code ?? "failed"], { cause }));
    });
    request.once("response", (answer) => {
      if (answer.statusCode === 200) return resolve(answer);
      answer.destroy();
      reject(wecomErrors.WECOM_MEDIA_GONE([answer.statusCode ?? 0]));
    });
  });
}

/** @throws WECOM_MEDIA_PRIVATE_HOST when the host is an address, which is never looked up. */
function publicOnly({ hostname }: URL): LookupFunction {
  const refusal = () => wecomErrors.WECOM_MEDIA_PRIVATE_HOST([hostname]);
  const literal = hostname.replace(/^\[(.*)\]$/, "$1");
  if (isIP(literal) !== 0 && !isPublicAddress(literal)) throw refusal();
  return createPublicLookup(hostname, refusal);
}

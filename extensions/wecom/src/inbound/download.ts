import http from "node:http";
import https from "node:https";
import { isLoopback } from "../config.ts";
import { wecomErrors } from "../errors.ts";

/**
 * Opens the address of a file. Redirects are not followed.
 *
 * @param allowPlain - Whether http on this machine will do: only where the platform itself is there.
 * @throws WECOM_MEDIA_GONE, WECOM_MEDIA_BROKEN, WECOM_MEDIA_UNREACHABLE
 */
export function download(address: string, allowPlain: boolean, signal: AbortSignal): Promise<http.IncomingMessage> {
  const url = URL.parse(address);
  const isPlain = url?.protocol === "http:" && allowPlain && isLoopback(url);
  if (url === null || (url.protocol !== "https:" && !isPlain)) {
    return Promise.reject(wecomErrors.WECOM_MEDIA_BROKEN(["its address is not https"]));
  }
  return new Promise((resolve, reject) => {
    const request = (isPlain ? http : https).get(url, { signal, ...(isPlain ? { agent: false } : {}) });
    request.on("error", (cause: NodeJS.ErrnoException) => {
      reject(wecomErrors.WECOM_MEDIA_UNREACHABLE([cause.code ?? cause.message], { cause }));
    });
    request.once("response", (answer) => {
      if (answer.statusCode === 200) return resolve(answer);
      answer.destroy();
      reject(wecomErrors.WECOM_MEDIA_GONE([answer.statusCode ?? 0]));
    });
  });
}

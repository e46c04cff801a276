import { isIP } from "node:net";
import type { Settings } from "../settings.ts";

/**
 * Whether a request names this listener. The author of another site's page can let that site's name stand for this machine
 * (DNS rebinding), but neither an address nor `localhost`; other names are those of the allowed origins.
 */
export function isOwnHost(host: string | undefined, { allowedOrigins }: Settings): boolean {
  const name = URL.parse(`http://${host ?? ""}`)?.hostname ?? "";
  if (name === "localhost" || isIP(name.replace(/^\[(.*)\]$/, "$1")) !== 0) return true;
  return name !== "" && [...allowedOrigins].some((origin) => new URL(origin).hostname === name);
}

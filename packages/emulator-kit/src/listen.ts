import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * @param at - `port` 0, the default: any free one. `host`: this machine alone unless told.
 * @param failed - The error for an address that it cannot listen on.
 * @returns the address, `http://127.0.0.1:41234`, without a slash at the end.
 */
export async function listen(
  server: Server,
  { port: wanted = 0, host = "127.0.0.1" }: { readonly port?: number; readonly host?: string },
  failed: (address: string, cause: unknown) => Error,
): Promise<string> {
  server.listen(wanted, host);
  await once(server, "listening").catch((cause: unknown) => {
    throw failed(`${host}:${wanted}`, cause);
  });
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}

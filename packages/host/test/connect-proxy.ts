import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { onTestFinished } from "vitest";

export interface ConnectProxy {
  /** With the password in it. */
  readonly url: string;
  /** Every `host:port` that was asked for. */
  readonly asked: readonly string[];
}

/** A proxy that tunnels, for who knows its password, to the hosts it knows: a port of this machine each. Closed with the test. */
export async function startConnectProxy(hosts: Readonly<Record<string, number>>): Promise<ConnectProxy> {
  const asked: string[] = [];
  const expected = `Basic ${Buffer.from("ann:pass word").toString("base64")}`;
  const server = createServer().on("connect", (request, socket) => {
    asked.push(request.url ?? "");
    const port = hosts[request.url ?? ""];
    socket.on("error", () => {});
    if (request.headers["proxy-authorization"] !== expected) return socket.end("HTTP/1.1 407 Who are you\r\n\r\n");
    if (port === undefined) return socket.end("HTTP/1.1 502 Not here\r\n\r\n");
    const onward = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connected\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => socket.destroy()).on("close", () => socket.destroy());
    return onTestFinished(() => void onward.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://ann:pass%20word@127.0.0.1:${port}`, asked };
}

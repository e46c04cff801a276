import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

/** The platform's end of a long connection, for frames that no platform would send. */
export interface RawWecom {
  readonly url: string;
  /** Sends to the bot; a `Buffer` goes as a binary frame. @returns once the bot has read it. */
  push(frame: string | Buffer): Promise<void>;
  /** How often the bot has subscribed. */
  subscriptions(): number;
  /** What the bot has sent, pings left out. */
  heard(): readonly string[];
  close(): Promise<void>;
}

interface Frame {
  readonly cmd?: string;
  readonly headers?: { readonly req_id?: string };
}

/** Takes every subscription and acknowledges every frame. */
export async function startRawWecom(): Promise<RawWecom> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  await once(server, "listening");
  const heard: string[] = [];
  let bot: WebSocket | undefined;
  let subscriptions = 0;

  server.on("connection", (socket) => {
    socket.on("error", () => {});
    socket.on("message", (data: Buffer) => {
      const text = data.toString();
      const { cmd, headers } = JSON.parse(text) as Frame;
      if (cmd === "aibot_subscribe") {
        bot = socket;
        subscriptions += 1;
      } else if (cmd !== "ping") heard.push(text);
      socket.send(JSON.stringify({ headers: { req_id: headers?.req_id }, errcode: 0, errmsg: "ok" }));
    });
  });

  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async push(frame) {
      const socket = bot;
      if (socket === undefined) throw new Error("the bot has not subscribed");
      socket.send(frame);
      const answered = new AbortController();
      const { signal } = answered;
      const ends = [once(socket, "pong", { signal }), once(socket, "close", { signal })];
      // Websocket frames are answered in order: whoever answers this has read what came before.
      socket.ping();
      await Promise.race(ends);
      answered.abort();
      await Promise.allSettled(ends);
    },
    subscriptions: () => subscriptions,
    heard: () => heard,
    async close() {
      for (const socket of server.clients) socket.terminate();
      server.close();
      await once(server, "close");
    },
  };
}

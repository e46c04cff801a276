import { once } from "node:events";
import { WebSocket } from "ws";
import { DEFAULT_BOT, type WecomEmulator } from "@loong/wecom/emulator";

/** A frame as a client sees it. */
export interface Frame {
  readonly cmd?: string;
  readonly headers: { readonly req_id: string };
  readonly errcode?: number;
  readonly errmsg?: string;
  readonly body?: Record<string, unknown>;
}

/** A bare websocket that speaks frames: it can do what no proper client does. */
export interface RawClient {
  readonly socket: WebSocket;
  /** Everything received, in order. */
  readonly received: Frame[];
  /** What came and was no JSON. */
  readonly noise: string[];
  /** Close code, once closed. */
  closed(): number | undefined;
  send(cmd: string, body?: object, reqId?: string): string;
  /** Sends and waits for the acknowledgement. */
  ask(cmd: string, body?: object, reqId?: string): Promise<Frame>;
  subscribe(bot?: { botId: string; secret: string }): Promise<Frame>;
  /** Callbacks and events, without acknowledgements. */
  callbacks(): Frame[];
  /** Waits for the `count`th callback and returns it. */
  callback(count?: number): Promise<Frame>;
}

export async function rawClient(emulator: Pick<WecomEmulator, "websocketUrl">): Promise<RawClient> {
  const socket = new WebSocket(emulator.websocketUrl);
  const received: Frame[] = [];
  const noise: string[] = [];
  let closeCode: number | undefined;
  let requests = 0;
  socket.on("message", (data: Buffer) => {
    const text = data.toString("utf8");
    try {
      received.push(JSON.parse(text) as Frame);
    } catch {
      noise.push(text);
    }
  });
  socket.on("close", (code) => (closeCode = code));
  socket.on("error", () => {});
  await once(socket, "open");

  function send(cmd: string, body?: object, reqId = `raw-${(requests += 1)}`): string {
    socket.send(JSON.stringify({ cmd, headers: { req_id: reqId }, body }));
    return reqId;
  }
  async function ask(cmd: string, body?: object, reqId?: string): Promise<Frame> {
    const before = received.length;
    const id = send(cmd, body, reqId);
    const isAck = (frame: Frame): boolean => frame.cmd === undefined && frame.headers.req_id === id;
    await until(() => received.slice(before).some(isAck));
    return received.slice(before).find(isAck) as Frame;
  }
  const callbacks = (): Frame[] => received.filter(({ cmd }) => cmd?.endsWith("_callback"));

  return {
    socket,
    received,
    noise,
    closed: () => closeCode,
    send,
    ask,
    subscribe: ({ botId, secret } = DEFAULT_BOT) => ask("aibot_subscribe", { bot_id: botId, secret }),
    callbacks,
    async callback(count = 1) {
      await until(() => callbacks().length >= count);
      return callbacks()[count - 1] as Frame;
    },
  };
}

/** The words of a text message, or of any other field with a `content`. */
export function wordsOf({ body }: Frame, field = "text"): string {
  const part = body?.[field];
  return typeof part === "object" && part !== null && "content" in part ? String(part.content) : "";
}

/** Waits until `check` holds, looking every few milliseconds. */
export async function until(check: () => boolean, timeoutMs = 10_000): Promise<void> {
  const endMs = Date.now() + timeoutMs;
  while (!check()) {
    if (Date.now() > endMs) throw new Error("it did not happen in time");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

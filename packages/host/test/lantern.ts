import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json as readJson } from "node:stream/consumers";
import type {
  FaultFacts,
  ForgedRequest,
  PlatformUnderTest,
  SaidMessage,
  SendFault,
  ShownMessage,
} from "@loong/testkit";

export const LANTERN_TOKEN = "lantern-token-right";

/** The platform of the first-contract fixture: rooms, their messages, and events asked for or posted. */
export interface Lantern {
  readonly url: string;
  readonly platform: Required<PlatformUnderTest>;
  /** Which rooms show that the bot is typing. */
  readonly typing: ReadonlySet<string>;
  reactions(messageId: string): readonly string[];
  close(): Promise<void>;
}

interface Message {
  readonly id: string;
  readonly room: string;
  text: string;
  writing: boolean;
  readonly reactions: string[];
}

interface LanternEvent {
  readonly seq: number;
  readonly event: string;
  readonly [field: string]: unknown;
}

const ROOMS = [
  { id: "room-7", private: true },
  { id: "room-8", private: false },
] as const;
const ANSWER_WITHIN_MS = 30;

export async function startLantern(): Promise<Lantern> {
  const shown: Message[] = [];
  const byKey = new Map<string, Message>();
  const events: LanternEvent[] = [];
  const acknowledged = new Set<string>();
  const typing = new Set<string>();
  const faults: SendFault[] = [];
  let deliverUrl: string | undefined;
  let lastId = 0;

  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", url);
    const body = request.method === "GET" ? {} : ((await readJson(request).catch(() => ({}))) as Record<string, never>);
    if (request.headers.authorization !== `Bearer ${LANTERN_TOKEN}`) return reply(response, 401);
    const [, kind, id = "", part, partId = ""] = pathname.split("/");
    switch (`${request.method} ${[kind, part].filter(Boolean).join("/")}`) {
      case "GET me":
        return reply(response, 200, { id: "lantern-bot", name: "Lantern", hearsAll: false });
      case "GET events":
        return reply(response, 200, await eventsAfter(Number(searchParams.get("after"))));
      case "GET files":
        return void response.writeHead(200, { "content-type": "text/plain" }).end(`file ${id}`);
      case "POST messages":
        return take(response, body);
      case "PATCH messages":
        return change(response, id, (message) => Object.assign(message, body));
      case "DELETE messages":
        return change(response, id, (message) => shown.splice(shown.indexOf(message), 1));
      case "POST messages/reactions":
        return change(response, id, ({ reactions }) => reactions.push(String(body["emoji"])), body["emoji"]);
      case "DELETE messages/reactions":
        return change(response, id, ({ reactions }) => reactions.splice(reactions.indexOf(partId), 1));
      case "POST rooms/typing":
        if (body["on"]) typing.add(id);
        else typing.delete(id);
        return reply(response, 200);
      default:
        return reply(response, 404);
    }
  }

  function take(response: ServerResponse, body: Readonly<Record<string, unknown>>): void {
    const { key, room, text, writing = false } = body as { key: string; room: string; text: string; writing?: boolean };
    if (!ROOMS.some(({ id }) => id === room)) return reply(response, 404);
    const fault = faults.shift();
    if (fault === "rate-limited") return reply(response, 429, {}, { "retry-after": "2" });
    if (fault === "server-error") return reply(response, 500);
    const message = byKey.get(key) ?? { id: `said-${++lastId}`, room, text, writing, reactions: [] };
    if (!byKey.has(key)) shown.push(message);
    byKey.set(key, message);
    if (fault === "response-lost") return void response.destroy();
    reply(response, 200, { id: message.id });
  }

  function change(response: ServerResponse, id: string, act: (message: Message) => unknown, answerId = id): void {
    const message = shown.find((one) => one.id === id);
    if (message === undefined) return reply(response, 404);
    act(message);
    reply(response, 200, { id: answerId });
  }

  /** Asking for what comes after an event acknowledges it and all before. */
  async function eventsAfter(seq: number): Promise<readonly LanternEvent[]> {
    for (const { seq: each, event } of events) if (each <= seq) acknowledged.add(event);
    const found = events.filter((each) => each.seq > seq);
    if (found.length === 0) await new Promise((resolve) => setTimeout(resolve, ANSWER_WITHIN_MS));
    return found;
  }

  function deliver(event: LanternEvent): void {
    events.push(event);
    if (deliverUrl === undefined) return;
    const body = JSON.stringify(event);
    const headers = { "x-lantern-signature": signatureOf(LANTERN_TOKEN, body) };
    fetch(deliverUrl, { method: "POST", headers, body }).then(
      ({ ok }) => ok && acknowledged.add(event.event),
      () => undefined,
    );
  }

  return {
    url,
    typing,
    reactions: (messageId) => shown.find(({ id }) => id === messageId)?.reactions ?? [],
    platform: {
      sentMessages: (): readonly ShownMessage[] =>
        shown.map(({ id, room, text, writing }) => ({
          messageId: id,
          conversationId: room,
          text,
          isUnfinished: writing,
        })),
      say(text, { in: where = "direct", mention = false, as = "person" } = {}): SaidMessage {
        const room = ROOMS[where === "direct" ? 0 : 1];
        const seq = events.length + 1;
        const from = as === "person" ? { id: "ada", name: "Ada" } : { id: "lantern-bot", bot: true, self: true };
        const words = mention ? `@Lantern ${text}` : text;
        const said = { messageId: `heard-${seq}`, conversationId: room.id, senderId: from.id };
        const event = `event-${seq}`;
        deliver({ seq, event, id: said.messageId, room, from, text: words, mention, atMs: Date.now() });
        return { ...said, acknowledged: () => acknowledged.has(event) };
      },
      redeliver({ messageId }) {
        const first = events.find(({ id }) => id === messageId);
        if (first !== undefined) deliver({ ...first, seq: events.length + 1 });
      },
      failNext(fault): FaultFacts {
        faults.push(fault);
        return fault === "rate-limited" ? { retryAfterMs: 2_000 } : {};
      },
      deliverTo: (target) => void (deliverUrl = target),
      forge: () => [
        forged("no signature", {}),
        forged("another token", { "x-lantern-signature": signatureOf("x", "{}") }),
      ],
    },
    async close() {
      if (!server.listening) return;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function reply(
  response: ServerResponse,
  status: number,
  body: unknown = {},
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, headers).end(JSON.stringify(body));
}

function signatureOf(token: string, body: string): string {
  return createHmac("sha256", token).update(body).digest("hex");
}

function forged(what: string, headers: Record<string, string>): ForgedRequest {
  return { what, request: { method: "POST", path: "/lantern/events", query: {}, headers, body: Buffer.from("{}") } };
}

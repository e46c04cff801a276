import { randomBytes } from "node:crypto";
import { request } from "node:http";
import { WebSocket } from "ws";

// A browser with one page open, written from the protocol in the README. It knows nothing of the channel's code.

export interface Bubble {
  readonly id: string;
  readonly from: "visitor" | "bot";
  readonly text?: string;
  readonly body?: readonly BodyNode[];
  readonly unfinished?: true;
  readonly replaces?: string;
}
type BodyNode = string | { readonly tag: string; readonly href?: string; readonly children: readonly BodyNode[] };

export interface BrowserOptions {
  readonly address: string;
  readonly accessToken?: string;
  /** A cookie of an earlier visit, or of another tab. */
  readonly cookie?: string;
  /** Where the page claims to come from; the listener's own address unless told. `""`: it does not say. */
  readonly origin?: string;
  readonly retryMs?: number;
  /** Says which messages it shows; yes unless told. */
  readonly confirms?: boolean;
}

export interface Browser {
  /** Of this visitor; empty until the first welcome. */
  visitorId(): string;
  cookie(): string;
  /** What the page shows now, in order. */
  bubbles(): readonly Bubble[];
  isTyping(): boolean;
  /** Every frame that came. */
  frames(): readonly Readonly<Record<string, unknown>>[];
  closeCodes(): readonly number[];
  /** How the last connection was refused: the status of the upgrade or of the session request. */
  refusedWith(): number | undefined;
  connected(): Promise<void>;
  /** Says it under a new id, or once more under the same; resolves when it is on its way. */
  say(text: string, id?: string): Promise<{ readonly id: string; readonly messageId: string }>;
  /** Says once more what was said under this id. */
  sayAgain(id: string): Promise<void>;
  isTaken(id: string): boolean;
  refusals(id: string): readonly { reason: string; retryAfterMs?: number }[];
  sendRaw(data: string | Buffer): void;
  /** The next message that comes is shown or not, its confirmation is lost, and the connection breaks. */
  breakAtNextMessage(isShown: boolean): void;
  drop(): void;
  /** Reads nothing more of this connection until it is over. */
  stopReading(): void;
  close(): void;
}

const SUBPROTOCOL = "loong-webchat.1";

export function openBrowser(options: BrowserOptions): Browser {
  const { address, retryMs = 20, confirms = true, origin = `http://${address}` } = options;
  const shown = new Map<string, Bubble>();
  const sayings = new Map<string, string>();
  const frames: Record<string, unknown>[] = [];
  const closeCodes: number[] = [];
  let cookie = options.cookie ?? "";
  let visitorId = "";
  let socket: WebSocket | undefined;
  let refusedWith: number | undefined;
  let typing = false;
  let fault: { isShown: boolean } | undefined;
  let isClosed = false;

  async function connect(): Promise<void> {
    if (isClosed) return;
    const session = await postSession(address, origin, cookie, options.accessToken).catch(() => undefined);
    if (session === undefined || session.status !== 204) {
      refusedWith = session?.status ?? refusedWith;
      return later();
    }
    cookie = session.cookie ?? cookie;
    if (isClosed) return;
    const opened = new WebSocket(`ws://${address}/socket`, SUBPROTOCOL, {
      headers: { cookie, ...(origin === "" ? {} : { origin }) },
    });
    opened.on("message", (data: Buffer) => receive(opened, data.toString("utf8")));
    opened.on("unexpected-response", (_request, response) => {
      refusedWith = response.statusCode;
      opened.terminate();
    });
    opened.on("error", () => {});
    opened.on("close", (code) => {
      closeCodes.push(code);
      if (socket === opened) socket = undefined;
      later();
    });
  }

  function later(): void {
    if (!isClosed) setTimeout(() => void connect(), retryMs).unref();
  }

  function receive(from: WebSocket, data: string): void {
    const frame = JSON.parse(data) as Record<string, unknown>;
    const bubble = frame["entry"] as Bubble | undefined;
    if (fault !== undefined && bubble?.from === "bot") {
      if (fault.isShown) show(bubble);
      fault = undefined;
      return from.terminate();
    }
    frames.push(frame);
    if (frame["type"] === "welcome") return welcome(from, frame as unknown as { visitor: string; entries: Bubble[] });
    if (bubble !== undefined) showAndConfirm(from, [bubble]);
    if (frame["type"] === "gone") shown.delete(String(frame["id"]));
    if (frame["type"] === "typing") typing = frame["on"] === true;
  }

  function welcome(from: WebSocket, { visitor, entries }: { visitor: string; entries: Bubble[] }): void {
    visitorId = visitor;
    socket = from;
    for (const { id, unfinished } of shown.values()) {
      if (unfinished === true && !entries.some((entry) => entry.id === id)) shown.delete(id);
    }
    showAndConfirm(from, entries);
  }

  function showAndConfirm(from: WebSocket, bubbles: readonly Bubble[]): void {
    for (const bubble of bubbles) show(bubble);
    const ids = bubbles.filter((bubble) => bubble.from === "bot").map(({ id }) => id);
    if (confirms && ids.length > 0) from.send(JSON.stringify({ type: "seen", ids }));
  }

  function show(bubble: Bubble): void {
    if (bubble.replaces !== undefined) shown.delete(bubble.replaces);
    shown.set(bubble.id, bubble);
  }

  async function connected(): Promise<void> {
    while (socket === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  async function say(text: string, id: string = randomBytes(16).toString("hex")) {
    await connected();
    sayings.set(id, text);
    socket?.send(JSON.stringify({ type: "say", id, text }));
    return { id, messageId: `${visitorId}.${id}` };
  }

  void connect();
  return {
    visitorId: () => visitorId,
    cookie: () => cookie,
    bubbles: () => [...shown.values()],
    isTyping: () => typing,
    frames: () => frames,
    closeCodes: () => closeCodes,
    refusedWith: () => refusedWith,
    connected,
    say,
    sayAgain: async (id) => void (await say(sayings.get(id) ?? "", id)),
    isTaken: (id) => frames.some((frame) => frame["type"] === "taken" && frame["id"] === id),
    refusals: (id) =>
      frames.filter((frame) => frame["type"] === "refused" && frame["id"] === id) as unknown as {
        reason: string;
        retryAfterMs?: number;
      }[],
    sendRaw: (data) => socket?.send(data),
    breakAtNextMessage: (isShown) => void (fault = { isShown }),
    drop: () => socket?.terminate(),
    stopReading: () => socket?.pause(),
    close() {
      isClosed = true;
      socket?.terminate();
    },
  };
}

/** All words of a bubble. */
export function wordsOf({ text, body = [] }: Pick<Bubble, "text" | "body">): string {
  const words = (node: BodyNode): string => (typeof node === "string" ? node : node.children.map(words).join(" "));
  return text ?? body.map(words).join(" ");
}

/** What the page does first: asks for a cookie. */
export function postSession(
  address: string,
  origin: string,
  cookie: string,
  token?: string,
): Promise<{ readonly status: number; readonly cookie: string | undefined; readonly setCookie: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<typeof postSession>>>();
  const headers = { ...(origin === "" ? {} : { origin }), ...(cookie === "" ? {} : { cookie }) };
  const asked = request(`http://${address}/session`, { method: "POST", headers, agent: false }, (response) => {
    response.resume();
    const [setCookie = ""] = response.headers["set-cookie"] ?? [];
    const given = setCookie.split(";")[0];
    response.on("end", () =>
      resolve({ status: response.statusCode ?? 0, cookie: given === "" ? undefined : given, setCookie }),
    );
  });
  asked.on("error", reject);
  asked.end(JSON.stringify(token === undefined ? {} : { token }));
  return promise;
}

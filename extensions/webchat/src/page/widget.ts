/// <reference lib="dom" />
import type { Node as BodyNode } from "../conversation/markdown.ts";
import type { ClientFrame, Entry, ServerFrame } from "../protocol.ts";
import type { WidgetSettings } from "./page.ts";

/**
 * The page's script. Its source text is put into the page, so it stands alone: it uses nothing from outside itself but
 * types and what browsers have. It never turns text into HTML.
 */
export function runWidget(): void {
  const element = (id: string) => document.getElementById(id) as HTMLElement;
  const settings = JSON.parse(element("settings").textContent) as WidgetSettings;
  const { texts } = settings;
  const [main, log, status, typing] = [element("main"), element("log"), element("status"), element("typing")];
  const [gate, gateNote, token] = [element("gate"), element("gate-note"), element("token") as HTMLInputElement];
  const [composer, words] = [element("composer") as HTMLFormElement, element("words") as HTMLTextAreaElement];

  const FIRST_RETRY_MS = 1_000;
  const MAX_RETRY_MS = 15_000;
  const IDLE_CODE = 4_000;

  /** Bubbles by entry id; what is not acknowledged, by the page's own id. */
  const bubbles = new Map<string, HTMLElement>();
  const pending = new Map<string, { text: string; bubble: HTMLElement; timer?: number }>();
  let socket: WebSocket | undefined;
  let visitor = "";
  let failures = 0;
  let isResting = false;
  let isConnecting = false;

  function build(node: BodyNode): globalThis.Node {
    if (typeof node === "string") return document.createTextNode(node);
    if (!settings.tags.includes(node.tag)) return document.createTextNode("");
    const made = document.createElement(node.tag);
    if (node.href !== undefined && /^(?:https?|mailto):/.test(node.href)) {
      made.setAttribute("href", node.href);
      made.setAttribute("target", "_blank");
      made.setAttribute("rel", "noopener noreferrer nofollow");
    }
    if (node.start !== undefined) made.setAttribute("start", String(node.start));
    made.append(...node.children.map((child) => build(child)));
    return made;
  }

  function newBubble(from: "visitor" | "bot"): HTMLElement {
    const bubble = document.createElement("li");
    bubble.className = from;
    return bubble;
  }

  function fill(bubble: HTMLElement, from: "visitor" | "bot", content: Pick<Entry, "text" | "body">, note = ""): void {
    const who = document.createElement("span");
    who.className = "who";
    who.textContent = from === "visitor" ? texts.you : texts.bot;
    const body = document.createElement("div");
    body.className = content.body === undefined ? "plain" : "body";
    if (content.body === undefined) body.textContent = content.text ?? "";
    else body.append(...content.body.map((node) => build(node)));
    const remark = document.createElement("span");
    remark.className = "note";
    remark.textContent = note;
    bubble.replaceChildren(who, body, ...(note === "" ? [] : [remark]));
  }

  function keepingPlace(change: () => void): void {
    const wasAtEnd = main.scrollHeight - main.scrollTop - main.clientHeight < 80;
    change();
    if (wasAtEnd) main.scrollTop = main.scrollHeight;
  }

  function show(entry: Entry): void {
    const replaced = bubbles.get(entry.replaces ?? "");
    const own = bubbles.get(entry.id) ?? ownBubble(entry);
    const bubble = own ?? replaced ?? newBubble(entry.from);
    if (own !== undefined && replaced !== undefined && own !== replaced) replaced.remove();
    if (entry.replaces !== undefined) bubbles.delete(entry.replaces);
    fill(bubble, entry.from, entry);
    bubble.setAttribute("aria-busy", String(entry.unfinished === true));
    bubble.dataset["id"] = entry.id;
    if (!bubble.isConnected) log.append(bubble);
    bubbles.set(entry.id, bubble);
  }

  /** What this page said itself has a bubble already. */
  function ownBubble({ id }: Entry): HTMLElement | undefined {
    return id.startsWith(`${visitor}.`) ? pending.get(id.slice(visitor.length + 1))?.bubble : undefined;
  }

  function remove(id: string): void {
    bubbles.get(id)?.remove();
    bubbles.delete(id);
  }

  function welcome(entries: readonly Entry[]): void {
    const ids = new Set(entries.map(({ id }) => id));
    for (const [id, bubble] of bubbles) {
      if (bubble.getAttribute("aria-busy") === "true" && !ids.has(id)) remove(id);
    }
    for (const entry of entries) show(entry);
    typing.textContent = "";
    for (const [id, { bubble, text }] of pending) {
      log.append(bubble);
      transmit({ type: "say", id, text });
    }
    main.scrollTop = main.scrollHeight;
  }

  function refused(frame: Extract<ServerFrame, { type: "refused" }>): void {
    const said = pending.get(frame.id);
    if (said === undefined) return;
    const { text, bubble } = said;
    if (frame.retryAfterMs === undefined) {
      pending.delete(frame.id);
      return fill(bubble, "visitor", { text }, texts.tooLong);
    }
    fill(bubble, "visitor", { text }, frame.reason === "too-fast" ? texts.tooFast : texts.sending);
    clearTimeout(said.timer);
    said.timer = window.setTimeout(() => transmit({ type: "say", id: frame.id, text }), frame.retryAfterMs);
  }

  function taken(id: string): void {
    clearTimeout(pending.get(id)?.timer);
    pending.delete(id);
  }

  function receive(frame: ServerFrame): void {
    switch (frame.type) {
      case "welcome":
        visitor = frame.visitor;
        welcome(frame.entries);
        return confirm(frame.entries);
      case "entry":
        keepingPlace(() => show(frame.entry));
        return confirm([frame.entry]);
      case "gone":
        return remove(frame.id);
      case "taken":
        return taken(frame.id);
      case "refused":
        return refused(frame);
      case "typing":
        typing.textContent = frame.on ? texts.typing : "";
    }
  }

  function confirm(entries: readonly Entry[]): void {
    const ids = entries.filter(({ from }) => from === "bot").map(({ id }) => id);
    if (ids.length > 0) transmit({ type: "seen", ids });
  }

  function transmit(frame: ClientFrame): void {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
  }

  function connect(): void {
    const url = new URL("socket", location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.search = "";
    url.hash = "";
    const opened = new WebSocket(url, settings.subprotocol);
    socket = opened;
    opened.addEventListener("message", ({ data }) => {
      failures = 0;
      status.textContent = texts.connected;
      receive(JSON.parse(String(data)) as ServerFrame);
    });
    opened.addEventListener("close", ({ code }) => {
      if (socket !== opened) return;
      socket = undefined;
      if (code === IDLE_CODE) rest();
      else retry();
    });
  }

  function rest(): void {
    isResting = true;
    status.textContent = texts.resting;
  }

  function retry(): void {
    status.textContent = texts.disconnected;
    const waitMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** failures) * (0.75 + Math.random() / 2);
    failures = Math.min(failures + 1, 10);
    window.setTimeout(() => void start(), waitMs);
  }

  function wake(): void {
    if (!isResting) return;
    isResting = false;
    void start();
  }

  /** A cookie first, for the token where one is asked for; then the connection. */
  async function start(accessToken = ""): Promise<void> {
    if (isConnecting || socket !== undefined) return;
    isConnecting = true;
    status.textContent = failures === 0 ? texts.connecting : texts.disconnected;
    const code = await openSession(accessToken);
    isConnecting = false;
    if (code === 401) askForToken(accessToken === "" ? texts.tokenNeeded : texts.tokenWrong);
    else if (code === 403) status.textContent = texts.refused;
    else if (code === 204) {
      gate.hidden = true;
      composer.hidden = false;
      connect();
    } else retry();
  }

  async function openSession(accessToken: string): Promise<number> {
    try {
      const body = JSON.stringify(accessToken === "" ? {} : { token: accessToken });
      const { status: code } = await fetch("session", { method: "POST", body, credentials: "same-origin" });
      return code;
    } catch {
      return 0;
    }
  }

  function askForToken(note: string): void {
    gate.hidden = false;
    composer.hidden = true;
    status.textContent = "";
    gateNote.textContent = note;
    token.focus();
  }

  /** `#token=…` never reaches a server or its log; it leaves the address bar before anything else happens. */
  function tokenFromAddress(): string {
    const found = new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
    if (found !== "") history.replaceState(undefined, "", location.pathname + location.search);
    return found;
  }

  function say(text: string): void {
    const id = crypto
      .getRandomValues(new Uint8Array(16))
      .reduce((hex, byte) => hex + byte.toString(16).padStart(2, "0"), "");
    const bubble = newBubble("visitor");
    fill(bubble, "visitor", { text }, texts.sending);
    log.append(bubble);
    main.scrollTop = main.scrollHeight;
    pending.set(id, { text, bubble });
    transmit({ type: "say", id, text });
  }

  gate.addEventListener("submit", (event) => {
    event.preventDefault();
    const entered = token.value.trim();
    token.value = "";
    void start(entered);
  });
  composer.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = words.value.trim();
    if (text === "") return;
    words.value = "";
    words.rows = 1;
    say(text);
  });
  words.addEventListener("input", () => {
    words.rows = Math.min(8, words.value.split("\n").length);
    words.setCustomValidity(words.value.length > settings.maxMessageChars ? texts.tooLong : "");
    wake();
  });
  words.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    composer.requestSubmit();
  });
  document.addEventListener("pointerdown", wake);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") wake();
  });

  void start(tokenFromAddress());
}

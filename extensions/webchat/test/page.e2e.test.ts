import { randomUUID, webcrypto } from "node:crypto";
import { createContext, runInContext } from "node:vm";
import type { ServedChannel } from "@loong/testkit";
import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { WebchatAccount } from "../src/index.ts";
import { freeAddress, serveWebchat } from "./harness.ts";
import { TinyElement, tinyDocument } from "./tiny-dom.ts";
import { postSession } from "./visitor-browser.ts";

// The page's own script, as it is served, against its own listener over real sockets. Only the document is a small stand-in.

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

interface Page {
  readonly byId: (id: string) => TinyElement;
  readonly cookie: () => string;
  readonly addresses: readonly string[];
  /** Words of each bubble, as seen. */
  bubbles(): readonly string[];
  type(text: string): void;
}

async function serve(account: WebchatAccount = {}): Promise<{ address: string; served: ServedChannel }> {
  const address = await freeAddress();
  const served = await serveWebchat({
    bind: address,
    sessionKey: "a-session-key-of-the-tests-00000000004",
    ...account,
  });
  cleanups.push(() => served.stop());
  return { address, served };
}

async function openPage(address: string, hash = "", cookieBefore = ""): Promise<Page> {
  const origin = `http://${address}`;
  const html = await (await fetch(origin)).text();
  const script = /<script nonce="[^"]+">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? "";
  const document = tinyDocument(html);
  const location = Object.assign(new URL(`${origin}/${hash}`));
  const addresses: string[] = [];
  let cookie = cookieBefore;
  const opened = new Set<WebSocket>();
  class PageWebSocket extends WebSocket {
    constructor(url: URL, protocol: string) {
      super(url, protocol, { headers: { origin, cookie } });
      opened.add(this);
    }
  }
  const timers = new Set<NodeJS.Timeout>();
  let isClosed = false;
  const later = (run: () => void, ms: number) => {
    if (!isClosed) timers.add(setTimeout(run, Math.min(ms, 50)));
  };
  cleanups.push(() => {
    isClosed = true;
    for (const timer of timers) clearTimeout(timer);
    for (const socket of opened) socket.removeAllListeners("close").terminate();
  });
  const browser = {
    document,
    location,
    URL,
    URLSearchParams,
    WebSocket: PageWebSocket,
    crypto: webcrypto,
    history: { replaceState: (_state: unknown, _title: string, url: string) => void addresses.push(url) },
    window: { setTimeout: later },
    clearTimeout,
    async fetch(path: string, { body }: { body: string }) {
      expect(path).toBe("session");
      const { token } = JSON.parse(body) as { token?: string };
      const answer = await postSession(address, origin, cookie, token).catch(() => ({ status: 0, cookie: undefined }));
      if (isClosed) return { status: 0 };
      cookie = answer.cookie ?? cookie;
      return answer;
    },
  };
  runInContext(script, createContext(browser));
  const log = document.byId("log");
  return {
    byId: document.byId,
    cookie: () => cookie,
    addresses,
    bubbles: () => log.children.map((child) => (child as TinyElement).textContent),
    type(text) {
      document.byId("words").value = text;
      document.byId("words").fire("keydown", { key: "Enter", shiftKey: false, isComposing: false });
    },
  };
}

/** Every element under `element`. */
function elementsIn(element: TinyElement): readonly TinyElement[] {
  const elements = element.children.filter((child) => child instanceof TinyElement);
  return elements.flatMap((child) => [child, ...elementsIn(child)]);
}

async function visitorOf({ events }: ServedChannel): Promise<string> {
  await expect.poll(() => events.length).toBeGreaterThan(0);
  return events[0]?.conversation.id ?? "";
}

function say(served: ServedChannel, to: string, markdown: string, preview?: string): Promise<unknown> {
  const content = { type: "markdown" as const, markdown };
  const idempotencyKey = randomUUID().replaceAll("-", "");
  const message = { idempotencyKey, to, content, ...(preview === undefined ? {} : { preview }) };
  return served.channel.send(message, AbortSignal.timeout(8_000));
}

test("the page connects, says what is typed, and shows the answer as elements", async () => {
  const { address, served } = await serve();
  const page = await openPage(address);
  await expect.poll(() => page.byId("status").textContent).toBe("Connected");
  page.type("  hello <b>there</b>  ");
  const visitor = await visitorOf(served);
  await expect.poll(() => page.bubbles()).toEqual(["Youhello <b>there</b>"]);
  await say(served, visitor, "# Hi\n\n**you** [docs](https://example.com/a)\n\n<script>alert(1)</script>");
  const elements = elementsIn(page.byId("log"));
  expect(page.bubbles()[1]).toBe("AnswerHiyou docs<script>alert(1)</script>");
  expect(elements.map(({ tag }) => tag)).toEqual(expect.arrayContaining(["h1", "strong", "a", "p"]));
  expect(elements.filter(({ tag }) => tag === "script" || tag === "b")).toEqual([]);
  const link = elements.find(({ tag }) => tag === "a");
  expect(Object.fromEntries(link?.attributes ?? [])).toEqual({
    href: "https://example.com/a",
    rel: "noopener noreferrer nofollow",
    target: "_blank",
  });
});

test("the answer grows in its bubble, and its end takes the same place", async () => {
  const { address, served } = await serve();
  const page = await openPage(address);
  page.type("question");
  const id = await visitorOf(served);
  const place = { conversation: { id, type: "direct" as const }, messageId: "x", idempotencyKey: "grow" };
  const preview = (await served.channel.stream?.open(place, "one", AbortSignal.timeout(8_000))) ?? "";
  await expect.poll(() => page.bubbles()).toEqual(["Youquestion", "Answerone"]);
  const bubble = page.byId("log").children[1] as TinyElement;
  expect(bubble.getAttribute("aria-busy")).toBe("true");
  page.type("meanwhile");
  await expect.poll(() => page.bubbles()).toEqual(["Youquestion", "Answerone", "Youmeanwhile"]);
  await say(served, id, "one two", preview);
  expect(page.bubbles()).toEqual(["Youquestion", "Answerone two", "Youmeanwhile"]);
  expect(page.byId("log").children[1]).toBe(bubble);
  expect(bubble.getAttribute("aria-busy")).toBe("false");
  await served.channel.stream?.discard(preview, AbortSignal.timeout(8_000));
  await say(served, id, "still there");
  expect(page.bubbles()).toEqual(["Youquestion", "Answerone two", "Youmeanwhile", "Answerstill there"]);
});

test("a second page of the visitor shows what was said, and typing", async () => {
  const { address, served } = await serve();
  const page = await openPage(address);
  page.type("hello");
  const id = await visitorOf(served);
  await say(served, id, "hi");
  await served.channel.typing?.start({ conversationId: id, messageId: "x" }, AbortSignal.timeout(8_000));
  const second = await openPage(address, "", page.cookie());
  await expect.poll(() => second.bubbles()).toEqual(["Youhello", "Answerhi"]);
  await expect.poll(() => second.byId("typing").textContent).toBe("An answer is being written…");
});

test("what is typed while the listener is away is said when it is back, once", async () => {
  const { address, served } = await serve();
  const page = await openPage(address);
  await expect.poll(() => page.byId("status").textContent).toBe("Connected");
  await served.stop();
  await expect.poll(() => page.byId("status").textContent).toBe("Connection lost. Trying again…");
  page.type("are you back?");
  expect(page.bubbles()).toEqual(["Youare you back?Sending…"]);
  const again = await serveWebchat({ bind: address, sessionKey: "a-session-key-of-the-tests-00000000004" });
  cleanups.push(() => again.stop());
  await visitorOf(again);
  await expect.poll(() => page.bubbles()).toEqual(["Youare you back?"]);
  expect(again.events).toHaveLength(1);
});

test("a message that could not be stored is said again by the page itself", async () => {
  const { address, served } = await serve();
  const page = await openPage(address);
  served.setGate("refuse");
  page.type("keep this");
  await expect.poll(() => served.offered()).toBeGreaterThan(1);
  served.setGate("accept");
  await visitorOf(served);
  await expect.poll(() => page.bubbles()).toEqual(["Youkeep this"]);
});

test("a message that is too long says so and is not said again", async () => {
  const { address, served } = await serve({ maxMessageChars: 5 });
  const page = await openPage(address);
  page.type("123456");
  await expect.poll(() => page.bubbles()).toEqual(["You123456Too long. Please shorten it."]);
  expect(served.events).toEqual([]);
});

test("where a token is asked for, the page asks; a wrong one is said to be wrong", async () => {
  const { address } = await serve({ accessToken: "the-right-access-token" });
  const page = await openPage(address);
  const [gate, note, token] = [page.byId("gate"), page.byId("gate-note"), page.byId("token")];
  await expect.poll(() => note.textContent).toBe("Please enter the access token.");
  expect(page.byId("composer").hidden).toBe(true);
  token.value = "a-wrong-access-token";
  gate.fire("submit");
  await expect.poll(() => note.textContent).toBe("That token is not right.");
  token.value = "the-right-access-token";
  gate.fire("submit");
  await expect.poll(() => page.byId("status").textContent).toBe("Connected");
  expect([gate.hidden, token.value]).toEqual([true, ""]);
});

test("a token in the address leaves it at once and becomes a cookie", async () => {
  const { address } = await serve({ accessToken: "the-right-access-token" });
  const page = await openPage(address, "#token=the-right-access-token");
  expect(page.addresses).toEqual(["/"]);
  await expect.poll(() => page.byId("status").textContent).toBe("Connected");
});

test("every element is labelled, and the page has a language and a viewport", async () => {
  const { address } = await serve();
  const html = await (await fetch(`http://${address}`)).text();
  expect(html).toMatch(/<html lang="en">/);
  expect(html).toMatch(/name="viewport" content="width=device-width/);
  expect(html).toMatch(/<ol id="log" role="log" aria-live="polite" aria-label="Messages">/);
  expect(html).toMatch(/<textarea [^>]*aria-label="Your message"/);
  expect(html).toMatch(/<label for="token">/);
  expect(html).toMatch(/<p id="status" role="status">/);
  const ids = [...html.matchAll(/\sid="([\w-]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(html.match(/<script nonce/g)).toHaveLength(1);
});

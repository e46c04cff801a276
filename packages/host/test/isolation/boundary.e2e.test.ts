import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Inbound, type InboundEvent, isLoongError, LoongError, type OutboundMessage } from "@loong/sdk";
import { describe, expect, test } from "vitest";
import { install } from "../plugin-tree.ts";
import { layPlugin, NEVER_YIELD } from "./hostile-plugins.ts";
import { isolated } from "./isolated.ts";

const soon = () => AbortSignal.timeout(30_000);
const message = (text: string): OutboundMessage => ({
  idempotencyKey: "k1",
  to: "room-1",
  content: { type: "text", text },
});
const event = (text: string): InboundEvent => ({
  eventId: "e1",
  messageId: "m1",
  kind: "message",
  conversation: { id: "room-1", type: "direct" },
  sender: { id: "u1" },
  text,
  addressed: true,
  sentAtMs: 1,
});

/** Takes everything, and remembers it. */
function openInbound() {
  const taken: InboundEvent[] = [];
  const inbound: Inbound = {
    async accept(events) {
      taken.push(...events);
      return events.map(() => "stored");
    },
    cursor: async () => "41",
    report: () => undefined,
  };
  return { taken, inbound };
}

async function failureOf(work: Promise<unknown>): Promise<LoongError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isLoongError(error)) throw new Error("no LoongError", { cause: error });
  return error;
}

test.each(["plain-js", "common-js", "plain-ts", "enum-ts", "via-dependency"])(
  "%s runs in a process, and its errors come back as what they were",
  async (name) => {
    const at = isolated();
    for (const each of [name, "shared-parts"]) install(at.pluginsDir, each);
    const channel = await at.open(name);
    const error = await failureOf(channel.send(message("hi"), soon()));
    expect(error).toBeInstanceOf(LoongError);
    expect(error).toMatchObject({ code: "FIXTURE_REFUSED", outcome: "rejected" });
  },
);

describe("what crosses", () => {
  test("events are the contract's and nothing more", async () => {
    const at = isolated();
    const more = `{ ...JSON.parse('{"__proto__":{"isOwned":true}}'), extra: 1 }`;
    layPlugin(at.pluginsDir, {
      id: "teller",
      inServe: `const event = ${JSON.stringify(event("hello"))};
        const cursor = await inbound.cursor();
        await inbound.accept([{ ...event, text: "at " + cursor, sender: { id: "u1", ...${more} } }], "42");`,
    });
    const { taken, inbound } = openInbound();
    await (await at.open("teller")).serve?.(inbound, soon());
    expect(taken).toEqual([event("at 41")]);
    expect(({} as { isOwned?: boolean }).isOwned).toBeUndefined();
  });

  test.each([
    ["an id that is no text", "{ ...event, eventId: 7 }"],
    ["an id of a megabyte", `{ ...event, eventId: "x".repeat(1_000_000) }`],
    ["no conversation", "{ ...event, conversation: undefined }"],
    ["a kind that is not there", `{ ...event, kind: "order" }`],
  ])("an event with %s is refused", async (_what, bad) => {
    const at = isolated();
    layPlugin(at.pluginsDir, {
      id: "liar",
      inServe: `const event = ${JSON.stringify(event("hello"))}; await inbound.accept([${bad}]);`,
    });
    const { taken, inbound } = openInbound();
    const channel = await at.open("liar");
    expect(await failureOf(channel.serve?.(inbound, soon()) ?? sleep(0))).toMatchObject({
      code: "ISOLATION_MALFORMED",
    });
    expect(taken).toEqual([]);
  });

  test("a message that is too large is refused where it is made", async () => {
    const at = isolated();
    layPlugin(at.pluginsDir, {
      id: "windbag",
      inServe: `const event = ${JSON.stringify(event("hello"))};
        await inbound.accept([{ ...event, text: "x".repeat(3_000_000) }]);`,
    });
    const { taken, inbound } = openInbound();
    const channel = await at.open("windbag");
    const error = await failureOf(channel.serve?.(inbound, soon()) ?? sleep(0));
    expect(error).toMatchObject({ code: "ISOLATION_MESSAGE_TOO_LARGE" });
    expect(taken).toEqual([]);
    expect(await channel.probe(soon())).toMatchObject({ ok: true });
  });

  test("a receipt that is none leaves the outcome unknown", async () => {
    const at = isolated();
    layPlugin(at.pluginsDir, { id: "vague", inSend: "return { messageId: 7 };" });
    const error = await failureOf((await at.open("vague")).send(message("hi"), soon()));
    expect(error).toMatchObject({ code: "ISOLATION_MALFORMED", outcome: "unknown" });
  });

  test("log lines reach the account's log, and not without end", async () => {
    const at = isolated({ logLines: 20 });
    const inSend = `for (let n = 0; n < 500; n++) host.log.info("line", { n }); return { messageId: "m1" };`;
    layPlugin(at.pluginsDir, { id: "chatter", inSend });
    await (await at.open("chatter")).send(message("hi"), soon());
    const lines = at.lines.filter((line) => line.message === "line");
    expect(lines[0]).toEqual({ level: "info", message: "line", fields: { n: 0 } });
    expect(lines.length).toBeLessThan(250);
  });

  test("an aborted call is aborted over there; one that goes on is given up", async () => {
    const at = isolated({ cancelMs: 1_500 });
    layPlugin(at.pluginsDir, {
      id: "waiter",
      inSend: `await new Promise((resolve, reject) => {
        if (message.content.text === "polite") signal.addEventListener("abort", () => reject(new LoongError("WAIT_OVER", "Aborted.", { outcome: "not-sent" })));
        host.log.info(message.content.text);
      });`,
    });
    const channel = await at.open("waiter");
    const abortedSend = async (manner: string) => {
      const controller = new AbortController();
      const failure = failureOf(channel.send(message(manner), controller.signal));
      await at.logged(manner);
      controller.abort();
      return failure;
    };
    expect(await abortedSend("polite")).toMatchObject({ code: "WAIT_OVER", outcome: "not-sent" });
    expect(await abortedSend("rude")).toMatchObject({ code: "ISOLATION_SILENT", outcome: "unknown" });
  });
});

describe("a send whose process dies", () => {
  test("is unknown when the plugin had it, and not sent when it never began", async () => {
    const at = isolated({ deaths: 10, beatMs: 50, missedBeats: 60 });
    layPlugin(at.pluginsDir, {
      id: "mortal",
      inSend: `if (message.content.text === "die") process.exit(4);
        const { writeFileSync } = await import("node:fs");
        setTimeout(() => {
          writeFileSync("blocked", "");
          ${NEVER_YIELD}
        });
        await new Promise(() => {});`,
    });
    const channel = await at.open("mortal");
    expect(await failureOf(channel.send(message("die"), soon()))).toMatchObject({
      code: "ISOLATION_PROCESS_ENDED",
      outcome: "unknown",
    });
    // A process that is busy for ever reads nothing: what waits in the pipe was never begun.
    const first = failureOf(channel.send(message("block"), soon()));
    await expect.poll(() => existsSync(join(at.dataDir, "mortal", "blocked"))).toBe(true);
    const second = failureOf(channel.send(message("later"), soon()));
    expect(await Promise.all([first, second])).toMatchObject([{ outcome: "unknown" }, { outcome: "not-sent" }]);
  });

  test("is not sent while the plugin is in quarantine", async () => {
    const at = isolated({ deaths: 1 });
    layPlugin(at.pluginsDir, { id: "mortal", inSend: "process.exit(4);" });
    const channel = await at.open("mortal");
    await failureOf(channel.send(message("die"), soon()));
    expect(await failureOf(channel.send(message("again"), soon()))).toMatchObject({
      code: "PLUGIN_QUARANTINED",
      outcome: "not-sent",
    });
    expect(at.loader.held()).toEqual(["mortal"]);
    at.loader.pardon(["another"]);
    expect(at.loader.held()).toEqual(["mortal"]);
    at.loader.pardon(["mortal"]);
    expect(at.loader.held()).toEqual([]);
    expect(await failureOf(channel.send(message("again"), soon()))).toMatchObject({ outcome: "unknown" });
  });
});

describe("files", () => {
  const image = (path: string): OutboundMessage => ({
    ...message(""),
    content: { type: "image", file: { path } },
  });

  test("one that is sent is lent for the time of the send", async () => {
    const at = isolated();
    const inSend = `const { readFileSync } = await import("node:fs"); const { path } = message.content.file;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return { messageId: path.split("/").at(-1) + ": " + readFileSync(path, "utf8") };`;
    layPlugin(at.pluginsDir, { id: "painter", inSend });
    const channel = await at.open("painter");
    const path = join(at.home, "photo.png");
    writeFileSync(path, "pixels");
    expect(await channel.send(image(path), soon())).toEqual({ messageId: "photo.png: pixels" });
    expect(readdirSync(join(at.dataDir, "painter", ".files"))).toEqual([]);
    expect(await failureOf(channel.send(image(join(at.home, "gone.png")), soon()))).toMatchObject({
      code: "ISOLATION_FILE_UNREADABLE",
      outcome: "rejected",
    });
  });

  test("one that is fetched arrives where it was wanted, and is a file of its own", async () => {
    const at = isolated();
    layPlugin(at.pluginsDir, {
      id: "porter",
      members: `media: { inbound: ["image"], async fetch(at, ref, { directory }) {
        const { symlinkSync, writeFileSync } = await import("node:fs");
        const path = directory + "/" + ref;
        writeFileSync(path, "pixels");
        return { path: ref === "elsewhere" ? "/etc/hostname" : path, mimeType: "image/png", sizeBytes: 1 };
      } },`,
    });
    const { media } = await at.open("porter");
    const place = { conversationId: "room-1", messageId: "m1" };
    const directory = join(at.home, "wanted");
    mkdirSync(directory);
    const fetch = (ref: string, maxBytes = 100) =>
      media?.fetch(place, ref, { kind: "image", directory, maxBytes }, soon()) ?? sleep(0);
    expect(await fetch("cat.png")).toEqual({ path: join(directory, "cat.png"), mimeType: "image/png", sizeBytes: 6 });
    expect(readFileSync(join(directory, "cat.png"), "utf8")).toBe("pixels");
    for (const bad of [() => fetch("elsewhere"), () => fetch("dog.png", 3)]) {
      expect(await failureOf(bad())).toMatchObject({ code: "ISOLATION_MEDIA_REFUSED" });
    }
    expect(existsSync(join(directory, "dog.png"))).toBe(false);
  });
});

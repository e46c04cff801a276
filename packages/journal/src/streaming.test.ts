import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Journal } from "@loong/gateway";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { type AgentEvent, LoongError, type StreamFeature } from "@loong/sdk";
import { describe, expect, test, type TestContext } from "vitest";
import { eventually, journals, openScene, type Script } from "../test/core-scene.ts";

/** What the room shows of previews, and what was asked of the channel. */
interface Screen extends StreamFeature {
  open: StreamFeature["open"];
  readonly calls: string[];
  /** By preview: the text it shows, until it is discarded. */
  readonly shown: Map<string, string>;
  /** Resolves once it was asked so often. */
  called(count: number): Promise<void>;
}

function createScreen(overrides: Partial<StreamFeature> = {}): Screen {
  const calls: string[] = [];
  const shown = new Map<string, string>();
  return {
    calls,
    shown,
    called: (count) => eventually(() => expect(calls.length).toBeGreaterThanOrEqual(count)),
    intervalMs: { direct: 20, group: 20 },
    async open(at, markdown) {
      const preview = `preview ${shown.size + 1} of ${at.messageId}`;
      calls.push(`open: ${markdown}`);
      shown.set(preview, markdown);
      return preview;
    },
    async update(preview, markdown) {
      calls.push(`update: ${markdown}`);
      shown.set(preview, markdown);
      return preview;
    },
    async discard(preview) {
      calls.push(`discard: ${preview}`);
      shown.delete(preview);
    },
    ...overrides,
  };
}

/** Says words, and between them waits for what is to happen first. */
async function* told(...steps: readonly (string | (() => Promise<unknown>))[]): AsyncIterable<AgentEvent> {
  for (const step of steps) {
    if (typeof step === "string") yield { type: "text", delta: step };
    else await step();
  }
  yield { type: "done" };
}

/** Longer than an answer may take that gets no preview. */
const longer = () => sleep(1_200);

const paragraph = (name: string) => `${name} ${"word ".repeat(70)}\n\n`;

// Each waits for a real second, and does nothing meanwhile.
describe.concurrent.each(journals)("streaming over the %s journal", (_, open) => {
  /** A journal of this test's own. */
  async function begin({ onTestFinished }: TestContext) {
    const directory = mkdtempSync(join(tmpdir(), "loong-streaming-"));
    const journal = await open(directory);
    onTestFinished(async () => {
      await journal.close();
      rmSync(directory, { recursive: true });
    });
    return { journal, stage: (script?: Script) => openScene(journal, script) };
  }

  test("a quick answer is said at once, without a preview", async (context) => {
    const { stage } = await begin(context);
    const stream = createScreen();
    const scene = await stage({ stream, answer: () => told("quick ", "answer") });
    await scene.says("hi");
    expect(await scene.room(1)).toEqual(["quick answer"]);
    expect(stream.calls).toEqual([]);
    expect(scene.shown[0]).not.toHaveProperty("preview");
  });

  test("a slow answer is shown as it grows, and the answer takes the preview's place", async (context) => {
    const { journal, stage } = await begin(context);
    const stream = createScreen();
    const answer = () =>
      told(
        "one ",
        "two ",
        () => stream.called(1),
        "three",
        () => stream.called(2),
      );
    const scene = await stage({ stream, answer });
    await scene.says("hi");
    expect(await scene.room(1)).toEqual(["one two three"]);
    expect(stream.calls).toEqual(["open: one two ", "update: one two three"]);
    expect(scene.shown[0]?.preview).toBe("preview 1 of m1");
    expect(await journal.part("1:0")).toMatchObject({ preview: "preview 1 of m1" });
  });

  test("a channel that opens no preview is not asked twice, and the answer is said", async (context) => {
    const { stage } = await begin(context);
    const asked: string[] = [];
    const stream = createScreen({
      async open() {
        asked.push("open");
        throw new LoongError("ACME_NO_PREVIEW", "no previews here", { outcome: "rejected" });
      },
    });
    const refused = () => eventually(() => expect(asked).toEqual(["open"]));
    const scene = await stage({ stream, answer: () => told("one ", "two ", refused, "three", () => sleep(100)) });
    await scene.says("hi");
    expect(await scene.room(1)).toEqual(["one two three"]);
    expect(asked).toEqual(["open"]);
    expect(scene.shown[0]).not.toHaveProperty("preview");
  });

  test("no preview appears before an earlier answer that is still on its way", async (context) => {
    const { stage } = await begin(context);
    const stream = createScreen();
    const second = Promise.withResolvers<void>();
    let isSent = false;
    const scene = await stage({
      stream,
      async *answer({ input }) {
        if (input.text === "first") return yield* told("quick");
        yield* told("one ", longer);
        second.resolve();
        yield* told("two ", () => stream.called(1), "three");
      },
      send: async ({ inReplyTo }) => {
        if (inReplyTo === "m1") await second.promise;
        isSent ||= inReplyTo === "m1";
        return { messageId: "m" };
      },
    });
    const { open } = stream;
    stream.open = async (...args) => {
      expect(isSent).toBe(true);
      return open(...args);
    };
    await scene.says("first");
    await scene.says("second");
    await scene.room(2);
    expect(stream.calls[0]).toMatch(/^open: one /);
  });

  test("an update under way ends before the answer is said", async (context) => {
    const { stage } = await begin(context);
    const updates: string[] = [];
    const stream = createScreen({
      async update(preview) {
        updates.push("begun");
        await sleep(300);
        updates.push("ended");
        return preview;
      },
    });
    const updating = () => eventually(() => expect(updates).toContain("begun"));
    const scene = await stage({
      stream,
      answer: () => told("one ", () => stream.called(1), "two ", updating, "three"),
      send: async () => {
        updates.push("said");
        return { messageId: "m" };
      },
    });
    await scene.says("hi");
    await scene.room(1);
    expect(updates).toEqual(["begun", "ended", "said"]);
  });

  test("a stream that dies midway goes on in the same preview, and the answer appears once", async (context) => {
    const { stage } = await begin(context);
    const stream = createScreen();
    let attempts = 0;
    async function* dying(): AsyncIterable<AgentEvent> {
      attempts += 1;
      yield* told("one ", "two ", () => stream.called(attempts));
      if (attempts === 1) throw new LoongError("LLM_CUT", "the stream was cut", { outcome: "not-sent" });
      yield { type: "text", delta: "three" };
    }
    const scene = await stage({ stream, answer: dying });
    await scene.says("hi");
    await scene.room(1);
    expect(scene.shown[0]).toMatchObject({ content: { markdown: "one two three" }, preview: "preview 1 of m1" });
    expect(stream.calls.filter((call) => call.startsWith("open"))).toHaveLength(1);
  });

  test("a preview outlives the process: the next start goes on with it", async (context) => {
    const { journal, stage } = await begin(context);
    const stream = createScreen();
    const first = await stage({ stream, answer: (_turn, signal) => told("one ", () => once(signal, "abort")) });
    await first.says("hi");
    await eventually(async () =>
      expect(await journal.list({ box: "inbox", limit: 1 })).toMatchObject([{ preview: "preview 1 of m1" }]),
    );
    await first.gateway.drain(0);
    const second = await stage({ stream });
    expect(await second.room(1)).toEqual(["you said hi"]);
    expect(second.shown[0]?.preview).toBe("preview 1 of m1");
  });

  test("a stopped turn takes its preview away", async (context) => {
    const { stage } = await begin(context);
    const stream = createScreen();
    const scene = await stage({ stream, answer: (_turn, signal) => told("one ", () => once(signal, "abort")) });
    await scene.says("hi");
    await stream.called(1);
    await scene.says("/stop");
    expect(await scene.room(1)).toEqual([expect.stringContaining("Stopped")]);
    await eventually(() => expect(stream.shown.size).toBe(0));
  });

  test("a turn that fails for good says so in place of the preview", async (context) => {
    const { stage } = await begin(context);
    const stream = createScreen();
    async function* refused(): AsyncIterable<AgentEvent> {
      yield* told("one ", "two ", () => stream.called(1));
      throw new LoongError("LLM_REFUSED", "no", { outcome: "rejected" });
    }
    const scene = await stage({ stream, answer: refused });
    await scene.says("hi");
    await scene.room(1);
    expect(scene.shown[0]).toMatchObject({
      content: { markdown: expect.stringContaining("LLM_REFUSED") },
      preview: "preview 1 of m1",
    });
  });

  test("off shows nothing before the answer", async (context) => {
    const { stage } = await begin(context);
    const stream = createScreen();
    const scene = await stage({ stream, streaming: "off", answer: () => told("one ", longer, "two") });
    await scene.says("hi");
    await scene.room(1);
    expect(stream.calls).toEqual([]);
  });

  test("auto without previews says the answer once; live says it in blocks", async (context) => {
    const { stage } = await begin(context);
    const answer = () => told(paragraph("one"), paragraph("two"), "three");
    const auto = await stage({ answer });
    await auto.says("hi");
    await auto.room(1);
    await auto.gateway.drain(1_000);
    expect(auto.shown).toHaveLength(1);

    const live = await stage({ answer, streaming: "live" });
    await live.says("hi again", { eventId: "e9", messageId: "m9" });
    const said = await live.room(2);
    expect(said.map((text) => text.split(" ")[0])).toEqual(["one", "two"]);
    expect(said.join("\n\n").replaceAll(/\s+/g, " ").trim()).toBe(
      [paragraph("one"), paragraph("two"), "three"].join("").replaceAll(/\s+/g, " ").trim(),
    );
  });

  test("an answer that was begun in blocks is not begun again", async (context) => {
    const { journal, stage } = await begin(context);
    async function* dying(): AsyncIterable<AgentEvent> {
      yield* told(paragraph("one"), "and then");
      throw new LoongError("LLM_CUT", "the stream was cut", { outcome: "not-sent" });
    }
    const scene = await stage({ answer: dying, streaming: "block" });
    await scene.says("hi");
    const said = await scene.room(2);
    expect(said).toEqual([expect.stringMatching(/^one /), expect.stringContaining("interrupted")]);
    expect(scene.asked).toHaveLength(1);
    expect(await journal.list({ box: "inbox", states: ["dead"], limit: 1 })).toMatchObject([
      { error: "LLM_CUT: the stream was cut" },
    ]);
  });

  test("nor after the process died", async (context) => {
    const { journal, stage } = await begin(context);
    const first = await stage({
      answer: (_turn, signal) => told(paragraph("one"), "and then", () => once(signal, "abort")),
      streaming: "block",
    });
    await first.says("hi");
    await first.room(1);
    const row = (await journal.list({ box: "inbox", limit: 1 }))[0];
    expect(row).toMatchObject({ state: "running" });
    await journal.recover(Date.now());
    const second = await stage({ streaming: "block" });
    expect(await second.room(1)).toEqual([expect.stringContaining("interrupted")]);
    expect(second.asked).toEqual([]);
  });

  test("nor when its end could not be stored at once", async (context) => {
    const { journal } = await begin(context);
    let refusals = 1;
    const refusing: Journal = {
      ...journal,
      settleTurn: (settlement) =>
        refusals-- > 0 ? Promise.reject(new LoongError("JOURNAL_FULL", "full")) : journal.settleTurn(settlement),
    };
    const scene = await openScene(refusing, {
      answer: () => told(paragraph("one"), "and then"),
      streaming: "block",
    });
    await scene.says("hi");
    expect(await scene.room(2)).toEqual([expect.stringMatching(/^one /), expect.stringContaining("interrupted")]);
    expect(scene.asked).toHaveLength(1);
  });
});

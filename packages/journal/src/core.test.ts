import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Journal } from "@loong/gateway";
import { type AgentEvent, LoongError } from "@loong/sdk";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { echo, eventually, journals, never, openScene, type Script } from "../test/core-scene.ts";

describe.each(journals)("the core over the %s journal", (_, open) => {
  let directory: string;
  let journal: Journal;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "loong-core-"));
    journal = await open(directory);
  });
  afterEach(async () => {
    await journal.close();
    rmSync(directory, { recursive: true });
  });

  const stage = (script?: Script) => openScene(journal, script);

  test("answers a message once, as a reply to it, and remembers what was said", async () => {
    const scene = await stage();
    expect(await scene.says("one")).toBe("stored");
    await scene.room(1);
    await scene.says("two");
    expect(await scene.room(2)).toEqual(["you said one", "you said two"]);
    expect(scene.shown[0]).toMatchObject({ to: "room", inReplyTo: "m1" });
    expect(scene.asked[1]?.history.map(({ role, text }) => `${role}: ${text}`)).toEqual([
      "user: one",
      "assistant: you said one",
    ]);
  });

  test("takes a delivery twice and a message under two event ids for one", async () => {
    const scene = await stage();
    await scene.says("one", { eventId: "e", messageId: "m" });
    expect(await scene.says("one", { eventId: "e", messageId: "m" })).toBe("duplicate");
    expect(await scene.says("one", { eventId: "e-again", messageId: "m" })).toBe("duplicate");
    await scene.says("last");
    await scene.room(2);
    expect(scene.asked).toHaveLength(2);
  });

  test("keeps order in a conversation and lets conversations run side by side", async () => {
    const scene = await stage({
      async *answer(turn) {
        if (turn.input.text.startsWith("slow")) await scene.room(1);
        yield* echo(turn);
      },
    });
    await scene.says("slow 1");
    await scene.says("quick 2");
    await scene.says("other", { conversation: { id: "elsewhere", type: "direct" } });
    expect(await scene.room(3)).toEqual(["you said other", "you said slow 1", "you said quick 2"]);
  });

  test("/new forgets, /stop ends the turn that runs", async () => {
    const scene = await stage({
      answer: (turn, signal) => (turn.input.text === "think" ? never(turn, signal) : echo(turn)),
    });
    await scene.says("one");
    await scene.says("/new");
    await scene.says("two");
    await scene.room(3);
    expect(scene.asked[1]?.history).toEqual([]);
    await scene.says("think");
    await scene.turns(3);
    await scene.says("/stop");
    await scene.says("three");
    expect((await scene.room(5)).slice(3)).toEqual([expect.stringContaining("Stopped"), "you said three"]);
  });

  test("what was said so long ago that it is forgotten altogether is no part of the conversation any more", async () => {
    const scene = await stage();
    await scene.says("one");
    await scene.says("two");
    await scene.room(2);
    const nowMs = Date.now();
    await journal.prune({ scrubBeforeMs: nowMs + 1_000, deleteBeforeMs: nowMs - 1_000_000 });
    await scene.says("three");
    await scene.room(3);
    expect(scene.asked[2]?.history.map(({ text }) => text)).toEqual(["one", "you said one", "two", "you said two"]);
    await journal.prune({ scrubBeforeMs: nowMs + 60_000, deleteBeforeMs: nowMs + 60_000 });
    await scene.says("four");
    await scene.room(4);
    expect(scene.asked[3]?.history).toEqual([]);
  });

  test("a stranger is prompted once; approved in private, they are answered there and nowhere else", async () => {
    const scene = await stage({ access: { dmPolicy: "pairing", groupPolicy: "allowlist" } });
    await scene.says("hello");
    await scene.says("hello?");
    const [prompt] = await scene.room(1);
    const [request] = scene.gateway.pending();
    expect(prompt).toContain(request?.code);
    expect(scene.warnings[0]?.allow).toBe(`loong pairing approve chat ${request?.code ?? ""}`);
    await expect(scene.gateway.approve({ channel: "chat", code: "WRONG234" })).rejects.toThrow(/no pending pairing/);
    await scene.gateway.approve({ channel: "chat", code: ` ${request?.code.toLowerCase() ?? ""} ` });
    await scene.says("hello again");
    expect((await scene.room(3)).slice(1)).toEqual([expect.stringContaining("approved"), "you said hello again"]);
    await scene.says("in a group", { conversation: { id: "group", type: "group" } });
    await scene.gateway.revoke("chat", undefined, "ann");
    await scene.says("and now?");
    expect(scene.asked).toHaveLength(1);
  });

  test("two messages of a stranger at once get one prompt", async () => {
    const scene = await stage({ access: { dmPolicy: "pairing" } });
    await Promise.all([scene.says("a"), scene.says("b"), scene.says("c")]);
    expect(scene.gateway.pending()).toHaveLength(1);
    await scene.room(1);
    expect((await journal.counts()).inbox.denied).toBe(3);
  });

  test("an agent that cannot answer is said so once, and the message can be run again", async () => {
    let broken = true;
    const scene = await stage({
      async *answer(turn) {
        if (broken) throw new LoongError("AGENT_KEY", "no key", { outcome: "bad-credentials" });
        yield* echo(turn);
      },
    });
    await scene.says("one");
    expect(await scene.room(1)).toEqual([expect.stringContaining("AGENT_KEY")]);
    expect((await journal.counts()).inbox.dead).toBe(1);
    broken = false;
    const [dead] = await journal.list({ box: "inbox", states: ["dead"], limit: 1 });
    await scene.gateway.operations.retry(String(dead?.seq));
    expect((await scene.room(2))[1]).toBe("you said one");
    await expect(scene.gateway.operations.retry("no-such")).rejects.toThrow(/no message/);
  });

  test("two decisions about one message at once: the first counts, the second finds nothing to decide", async () => {
    let broken = true;
    const scene = await stage({
      async *answer(turn) {
        if (broken) throw new LoongError("AGENT_KEY", "no key", { outcome: "bad-credentials" });
        yield* echo(turn);
      },
      async send({ to }) {
        if (to === "nowhere" && broken) throw new LoongError("CHAT_NO_ROOM", "no such room", { outcome: "rejected" });
        return { messageId: "sent" };
      },
    });
    const { operations } = scene.gateway;
    await scene.says("one");
    await scene.room(1);
    const [dead] = await journal.list({ box: "inbox", states: ["dead"], limit: 1 });
    const content = { type: "text", text: "hi" } as const;
    const part = await scene.gateway.send({ channel: "chat", account: "main", to: "nowhere", content });
    broken = false;
    for (const [id, first, second] of [
      [String(dead?.seq), "retry", "retry"],
      [part.id, "retry", "drop"],
    ] as const) {
      const decided = await Promise.allSettled([operations[first](id), operations[second](id)]);
      expect(decided[0].status).toBe("fulfilled");
      expect(decided[1]).toMatchObject({ reason: { code: "GATEWAY_MESSAGE_UNKNOWN" } });
    }
    await eventually(async () => expect(await journal.part(part.id)).toMatchObject({ state: "sent" }));
    await scene.says("two");
    expect((await scene.room(4)).toSorted()).toEqual([
      expect.stringContaining("AGENT_KEY"),
      "text",
      "you said one",
      "you said two",
    ]);
  });

  test("an approval that cannot be stored has not happened", async () => {
    let full = false;
    const settlePairing: Journal["settlePairing"] = async (...given) => {
      if (full) throw new LoongError("JOURNAL_FULL", "no space left", { outcome: "not-sent" });
      await journal.settlePairing(...given);
    };
    const enqueue: Journal["enqueue"] = async (parts) => {
      if (full) throw new LoongError("JOURNAL_FULL", "no space left", { outcome: "not-sent" });
      await journal.enqueue(parts);
    };
    const scene = await openScene({ ...journal, enqueue, settlePairing }, { access: { dmPolicy: "pairing" } });
    await scene.says("hello");
    await scene.room(1);
    const [request] = scene.gateway.pending();
    const choice = { channel: "chat", code: request?.code ?? "" };
    full = true;
    await expect(scene.gateway.approve(choice)).rejects.toMatchObject({ code: "JOURNAL_FULL" });
    expect(scene.gateway.allowed()).toEqual([]);
    full = false;
    const decided = await Promise.allSettled([scene.gateway.approve(choice), scene.gateway.reject(choice)]);
    expect(decided.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect((await scene.room(2))[1]).toContain("approved");
  });

  test("an operator's message says how it ended", async () => {
    const scene = await stage({
      async send(message) {
        if (message.to === "nowhere") throw new LoongError("CHAT_NO_ROOM", "no such room", { outcome: "rejected" });
        return { messageId: "sent-1" };
      },
    });
    const request = { channel: "chat", account: "main", content: { type: "text", text: "hi" } } as const;
    expect(await scene.gateway.send({ ...request, to: "room" })).toMatchObject({
      state: "sent",
      receipt: { messageId: "sent-1" },
    });
    const refused = await scene.gateway.send({ ...request, to: "nowhere" });
    expect(refused).toMatchObject({ state: "rejected", error: "CHAT_NO_ROOM: no such room" });
    await scene.gateway.operations.drop(refused.id);
    expect(await journal.part(refused.id)).toMatchObject({ state: "dead", error: "dropped by the operator" });
    await expect(scene.gateway.send({ ...request, account: "other", to: "room" })).rejects.toMatchObject({
      code: "GATEWAY_ACCOUNT_GONE",
    });
    await expect(
      scene.gateway.send({ ...request, to: "room", content: { type: "text", text: " " } }),
    ).rejects.toMatchObject({ code: "GATEWAY_NOTHING_TO_SEND" });
  });

  test("full queues refuse instead of forgetting", async () => {
    const scene = await stage({ answer: never, settings: { maxPendingPerLane: 2 } });
    await scene.says("1");
    await scene.says("2");
    await expect(scene.says("3")).rejects.toMatchObject({ code: "GATEWAY_OVERLOADED", outcome: "not-sent" });
    expect((await journal.counts()).inbox).toMatchObject({ new: 1, running: 1 });
    await scene.gateway.drain(0);
  });

  test("what comes too late is kept and not answered", async () => {
    const scene = await stage();
    expect(await scene.says("old", { sentAtMs: Date.now() - 73 * 3_600_000 })).toBe("stored");
    expect((await journal.counts()).inbox.denied).toBe(1);
  });

  test("draining gives a running turn back, and the next start answers it", async () => {
    const first = await stage({ answer: never });
    await first.says("one");
    await first.turns(1);
    await first.gateway.drain(10);
    await expect(first.says("late")).rejects.toMatchObject({ code: "GATEWAY_NOT_OPEN" });
    const [row] = await journal.list({ box: "inbox", states: ["new"], limit: 1 });
    expect(row).toMatchObject({ attempts: 1, crashes: 0 });
    const second = await stage();
    expect(await second.room(1)).toEqual(["you said one"]);
  });

  test("an operator's own conversation is stored like any other", async () => {
    const scene = await stage();
    const signal = new AbortController().signal;
    const told: string[] = [];
    for (const text of ["one", "two"]) {
      for await (const event of scene.gateway.chat("desk", text, signal))
        if (event.type === "text") told.push(event.delta);
    }
    expect(told).toEqual(["you said one", "you said two"]);
    expect(scene.asked[1]?.history).toHaveLength(2);
    expect((await journal.counts()).inbox.done).toBe(2);
  });

  test("an operator's turn that fails is told without what a plugin lets through, and ends when it can be stored", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    let full = false;
    const settleTurn: Journal["settleTurn"] = async (settlement) => {
      if (full) throw new LoongError("JOURNAL_FULL", "no space left", { outcome: "not-sent" });
      await journal.settleTurn(settlement);
    };
    const answer = (): AsyncIterable<AgentEvent> => {
      throw new TypeError("fetch failed: https://provider.example/?key=secret");
    };
    const scene = await openScene({ ...journal, settleTurn }, { answer });
    const talk = () => scene.gateway.chat("desk", "one", new AbortController().signal)[Symbol.asyncIterator]().next();
    const told = { code: "GATEWAY_CHAT_FAILED", message: "The agent failed at this turn: unexpected TypeError." };
    await expect(talk()).rejects.toMatchObject(told);
    full = true;
    await expect(talk()).rejects.toMatchObject({ code: "JOURNAL_FULL" });
    expect((await journal.counts()).inbox).toMatchObject({ running: 1, dead: 1 });
    full = false;
    await vi.advanceTimersByTimeAsync(1_000);
    vi.useRealTimers();
    await eventually(async () => expect((await journal.counts()).inbox).toMatchObject({ running: 0, dead: 2 }));
  });

  test("an operator's turn that a crash cut off ends as dead, since nobody waits for it", async () => {
    const first = await stage({ answer: never });
    void first.gateway.chat("desk", "one", new AbortController().signal)[Symbol.asyncIterator]().next();
    await first.turns(1);
    await stage();
    await eventually(async () => expect((await journal.counts()).inbox.dead).toBe(1));
    const [dead] = await journal.list({ box: "inbox", states: ["dead"], limit: 1 });
    expect(dead?.error).toContain("GATEWAY_CHAT_CUT");
  });
});

import type { AccountAccess } from "@loong/gateway";
import type { InboundEvent } from "@loong/sdk";
import { describe, expect, test } from "vitest";
import { echo, never, openScene, type Script } from "../test/core-scene.ts";
import { createMemoryJournal } from "./memory.ts";

/** One authorization for every kind of event: nothing of somebody who may not speak reaches an agent or a running turn. */

const listed: Partial<AccountAccess> = { dmPolicy: "allowlist", groupPolicy: "allowlist", allowFrom: ["ann"] };
const stage = (script: Script = {}) => openScene(createMemoryJournal(), { access: listed, ...script });

const click: Partial<InboundEvent> = {
  kind: "action",
  text: "[card action: approve]",
  action: { cardMessageId: "c1", value: "approve" },
};
const bob: Partial<InboundEvent> = { sender: { id: "bob", name: "ann" } };

const KINDS: readonly (readonly [string, Partial<InboundEvent>])[] = [
  ["a message", { text: "hello" }],
  ["a click on a card", click],
  ["a click with a form", { ...click, action: { cardMessageId: "c1", value: null, formValues: { to: "ann" } } }],
  ["a reaction or an edit of a platform to come", { kind: "reaction" as "message", text: "👍" }],
  ["the command /new", { text: "/new" }],
  ["the command /stop", { text: "/stop" }],
  ["a picture", { text: "", attachments: [{ kind: "image", ref: "k1" }] }],
  ["an answer to the bot", { text: "yes", inReplyTo: "m0" }],
];

describe("context confusion", () => {
  test.each(KINDS)("%s of a stranger reaches no agent, in private or in a group", async (_what, change) => {
    const scene = await stage();
    await scene.says("", { ...change, ...bob });
    await scene.says("", { ...change, ...bob, conversation: { id: "room", type: "group" } });
    await scene.says("of somebody who may");
    expect(await scene.room(1)).toEqual(["you said of somebody who may"]);
    expect(scene.asked).toHaveLength(1);
    expect(scene.warnings.filter(({ message }) => message === "a message was denied")).toHaveLength(2);
  });

  test.each(["/stop", "/new", "/STOP "])(
    "a stranger's %j neither ends a turn nor forgets a conversation",
    async (text) => {
      const scene = await stage({
        answer: (turn, signal) => (turn.input.text === "think" ? never(turn, signal) : echo(turn)),
      });
      await scene.says("remember me");
      await scene.room(1);
      await scene.says("think");
      await scene.turns(2);
      await scene.says(text, bob);
      await scene.says("/stop");
      await scene.says("again");
      const room = await scene.room(3);
      expect(room.slice(1)).toEqual([expect.stringContaining("Stopped"), "you said again"]);
      expect(scene.asked.at(-1)?.history.map((entry) => entry.text)).toContain("remember me");
    },
  );

  test.each([undefined, null, "", "p2p", "channel"])("an event whose chat type is %j is dropped", async (type) => {
    const scene = await stage({ access: { dmPolicy: "open", groupPolicy: "open" } });
    expect(await scene.says("hi", { conversation: { id: "room", type: type as "direct" } })).toBe("ignored");
    expect(scene.asked).toEqual([]);
  });

  test("a pairing that was approved in private opens no group, whoever asks there", async () => {
    const scene = await stage({ access: { dmPolicy: "pairing", groupPolicy: "allowlist", allowFrom: [] } });
    await scene.says("let me in", bob);
    await scene.room(1);
    await scene.gateway.approve({ channel: "chat", senderId: "bob" });
    await scene.says("now", { ...bob, conversation: { id: "room", type: "group" } });
    await scene.says("", { ...click, ...bob, conversation: { id: "room", type: "group" } });
    await scene.says("here", bob);
    expect((await scene.room(3)).at(-1)).toBe("you said here");
    expect(scene.asked).toHaveLength(1);
  });
});

describe("mutable identity", () => {
  test.each([
    ["no id", { id: "" }],
    ["an id of control characters", { id: "ann\u0000" }],
    ["an id of two lines", { id: "ann\nallowFrom: bob" }],
    ["an id of 300 characters", { id: "a".repeat(300) }],
    ["an id that is a number", { id: 7 as unknown as string }],
    ["no more than a name", { name: "ann" } as unknown as { id: string }],
  ])("a sender with %s is nobody", async (_what, sender) => {
    const scene = await stage({ access: { dmPolicy: "open", groupPolicy: "open" } });
    expect(await scene.says("hi", { sender })).toBe("ignored");
    expect(scene.asked).toEqual([]);
  });
});

describe("pairing", () => {
  const WRONG = ["", " ", "A", "undefined", "null", "%", "*", "ABCD2345"];

  async function asked() {
    const scene = await stage({ access: { dmPolicy: "pairing", allowFrom: [] } });
    await scene.says("let me in", bob);
    await scene.room(1);
    const [request] = scene.gateway.pending();
    if (request === undefined) throw new Error("nobody asked");
    return { scene, code: request.code };
  }

  test.each(WRONG)("the code %j approves nobody", async (code) => {
    const { scene } = await asked();
    await expect(scene.gateway.approve({ channel: "chat", code })).rejects.toMatchObject({
      code: "GATEWAY_PAIRING_UNKNOWN",
    });
    expect(scene.gateway.allowed()).toEqual([]);
  });

  test("neither a beginning, an end, nor more than a code approves", async () => {
    const { scene, code } = await asked();
    for (const wrong of [code.slice(0, 7), code.slice(1), `${code}A`, `A${code}`, code.repeat(2)])
      await expect(scene.gateway.approve({ channel: "chat", code: wrong })).rejects.toThrow(wrong);
    expect(scene.gateway.allowed()).toEqual([]);
  });

  test("a choice of nothing approves nobody, and another channel or account neither", async () => {
    const { scene, code } = await asked();
    await expect(scene.gateway.approve({ channel: "chat" })).rejects.toThrow("no pending pairing");
    await expect(scene.gateway.approve({ channel: "other", code })).rejects.toThrow("no pending pairing");
    await expect(scene.gateway.approve({ channel: "chat", account: "other", code })).rejects.toThrow("no pending");
    expect(scene.gateway.allowed()).toEqual([]);
  });

  test("a code approves once, and ten wrong ones lock all", async () => {
    const { scene, code } = await asked();
    await scene.gateway.approve({ channel: "chat", code: ` ${code.toLowerCase()} ` });
    await expect(scene.gateway.approve({ channel: "chat", code })).rejects.toThrow("no pending pairing");
    for (let wrong = 0; wrong < 9; wrong++)
      await expect(scene.gateway.approve({ channel: "chat", code: "AAAAAAAA" })).rejects.toThrow("no pending pairing");
    await expect(scene.gateway.approve({ channel: "chat", code: "AAAAAAAA" })).rejects.toMatchObject({
      code: "GATEWAY_PAIRING_LOCKED",
    });
  });

  test("what a stranger writes approves nothing: not the code, not a command, not in another's name", async () => {
    const { scene, code } = await asked();
    for (const text of [code, `/approve ${code}`, `loong pairing approve chat ${code}`, `/pair ${code}`])
      await scene.says(text, bob);
    await scene.says(code, { sender: { id: "bob", isBot: true } });
    expect(scene.gateway.allowed()).toEqual([]);
    expect(scene.asked).toEqual([]);
  });

  test("four strangers at once: three are prompted, and nobody twice", async () => {
    const scene = await stage({ access: { dmPolicy: "pairing", allowFrom: [] } });
    for (const round of [1, 2])
      for (const id of ["s1", "s2", "s3", "s4"])
        await scene.says(`let me in ${round}`, { sender: { id }, conversation: { id: `dm-${id}`, type: "direct" } });
    await scene.room(3);
    expect(scene.gateway.pending().map(({ senderId }) => senderId)).toEqual(["s1", "s2", "s3"]);
    expect(scene.shown).toHaveLength(3);
  });
});

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createStillClock } from "@loong/emulator-kit";
import { rawClient, until, type Frame, type RawClient } from "../../test/emulator/raw-client.ts";
import { DEFAULT_BOT, startWecomEmulator, type EmulatorOptions, type WecomEmulator } from "./index.ts";

const BOT = DEFAULT_BOT.botId;
const DAY_MS = 24 * 3_600_000;
let emulator: WecomEmulator;
let raw: RawClient;
let reqId: string;

async function start(options: EmulatorOptions = {}): Promise<void> {
  await emulator?.close();
  emulator = await startWecomEmulator({ clock: createStillClock(), ...options });
  emulator.directChat(emulator.user("Ada"), BOT);
  raw = await rawClient(emulator);
  await raw.subscribe();
  reqId = emulator.say("Ada", "Ada", "hi").reqId;
  await raw.callback();
}
beforeEach(() => start());
afterEach(() => emulator.close());

const stream = (content: string, finish = false, id = "s1", more: object = {}): object => ({
  msgtype: "stream",
  stream: { id, content, finish, ...more },
});
const reply = (body: object, id = reqId): Promise<Frame> => raw.ask("aibot_respond_msg", body, id);
const bubble = () => emulator.shows("Ada").findLast(({ from }) => from.kind === "bot");

describe("a stream", () => {
  test("replaces its bubble with every frame until it is finished", async () => {
    for (const frame of [stream("<think></think>"), stream("Hal"), stream("Hallo"), stream("Hallo!", true)]) {
      expect(await reply(frame)).toMatchObject({ errcode: 0 });
    }
    const [question] = emulator.shows("Ada");
    expect(bubble()).toMatchObject({
      type: "stream",
      text: "Hallo!",
      history: ["", "Hal", "Hallo", "Hallo!"],
      parentId: question?.messageId,
      stream: { id: "s1", finished: true },
      via: "reply",
    });
    expect(emulator.shows("Ada")).toHaveLength(2);
  });

  test("cannot be changed when it is finished: by default with 846608", async () => {
    await reply(stream("done", true));
    expect(await reply(stream("more", true))).toMatchObject({ errcode: 846608 });
    await start({ afterFinishErrcode: 0 });
    await reply(stream("done", true));
    expect(await reply(stream("more", true))).toMatchObject({ errcode: 0 });
    expect(bubble()?.text).toBe("done");
  });

  test("expires six minutes after its first frame, however busy it is", async () => {
    await reply(stream("a"));
    emulator.advance(300_000);
    expect(await reply(stream("ab"))).toMatchObject({ errcode: 0 });
    emulator.advance(60_001);
    expect(await reply(stream("abc", true))).toMatchObject({ errcode: 846608 });
    expect(bubble()).toMatchObject({ text: "ab", stream: { finished: false } });
    expect(await reply(stream("abc", true, "s2"))).toMatchObject({ errcode: 0 });
  });

  test("expires at a word", async () => {
    await reply(stream("a"));
    emulator.expireStreams();
    expect(await reply(stream("ab"))).toMatchObject({ errcode: 846608 });
    expect(await reply(stream("b", true, "s2"))).toMatchObject({ errcode: 0 });
  });

  test("goes on blinking after a blank end, as clients do", async () => {
    await reply(stream("words"));
    expect(await reply(stream(" \n", true))).toMatchObject({ errcode: 0 });
    expect(bubble()).toMatchObject({ text: "words", stream: { finished: false } });
    expect(await reply(stream("too late", true))).toMatchObject({ errcode: 846608 });
  });

  test.for([
    ["show", true],
    ["ignore", false],
  ] as const)("with the same words at the end: %s", async ([identicalFinal, finished]) => {
    await start({ identicalFinal });
    await reply(stream("same"));
    await reply(stream("same", true));
    expect(bubble()).toMatchObject({ stream: { finished }, history: ["same"] });
  });

  test("above 20480 bytes is refused, or cut without a word", async () => {
    const text = "语".repeat(7000);
    expect(await reply(stream(text))).toMatchObject({ errcode: 45002 });
    await start({ oversizeStream: "truncate" });
    expect(await reply(stream(text, true))).toMatchObject({ errcode: 0 });
    expect(bubble()?.text).toBe("语".repeat(6826));
  });

  test("may have a sibling on the same req_id, unless the platform is an older one", async () => {
    await reply(stream("one", true));
    expect(await reply(stream("two", true, "s2"))).toMatchObject({ errcode: 0 });
    expect(emulator.shows("Ada").map(({ text }) => text)).toEqual(["hi", "one", "two"]);
    await start({ streamsPerReqId: 1 });
    await reply(stream("one", true));
    expect(await reply(stream("two", true, "s2"))).toMatchObject({ errcode: 6000 });
  });

  test("takes one frame at a time: one that comes before the last acknowledgement gets 6000", async () => {
    const sooner = async <T>(slow: Promise<T>): Promise<T> => {
      let isOver = false;
      void slow.finally(() => (isOver = true));
      await until(() => {
        emulator.advance(30);
        return isOver;
      });
      return slow;
    };
    await sooner(start({ ackDelayMs: { min: 20, max: 30 } }));
    const codes = () => raw.received.filter(({ errcode }) => errcode !== undefined).slice(1);
    raw.send("aibot_respond_msg", stream("ab"), reqId);
    raw.send("aibot_respond_msg", stream("abc"), reqId);
    await until(() => emulator.frames().filter(({ direction }) => direction === "in").length === 3);
    emulator.advance(30);
    await until(() => codes().length === 2);
    expect(new Set(codes().map(({ errcode }) => errcode))).toEqual(new Set([0, 6000]));
    expect(bubble()?.text).toBe("ab");
    expect(await sooner(reply(stream("abc")))).toMatchObject({ errcode: 0 });
  });

  test("takes a card along only where that is known to work", async () => {
    const body = {
      ...stream("look", true),
      msgtype: "stream_with_template_card",
      template_card: { card_type: "text_notice", main_title: { title: "News" } },
    };
    expect(await reply(body)).toMatchObject({ errcode: 40008 });
    await start({ cardStreams: true });
    expect(await reply(body)).toMatchObject({ errcode: 0 });
    expect(bubble()).toMatchObject({ text: "look", card: { card_type: "text_notice" } });
  });
});

describe("a reply", () => {
  test("may be markdown, but no text", async () => {
    expect(await reply({ msgtype: "markdown", markdown: { content: "**hi**" } })).toMatchObject({ errcode: 0 });
    expect(bubble()).toMatchObject({ type: "markdown", text: "**hi**", via: "reply" });
    expect(await reply({ msgtype: "text", text: { content: "hi" } })).toMatchObject({ errcode: 40008 });
    const long = { msgtype: "markdown", markdown: { content: "x".repeat(20_481) } };
    expect(await reply(long)).toMatchObject({ errcode: 45002 });
  });

  test("needs a req_id of its kind and its bot", async () => {
    expect(await reply(stream("x"), "made-up")).toMatchObject({ errcode: 846605 });
    const entered = emulator.enterChat("Ada", BOT);
    expect(await reply(stream("x"), entered)).toMatchObject({ errcode: 846605 });
    const welcome = { msgtype: "text", text: { content: "welcome" } };
    expect(await raw.ask("aibot_respond_welcome_msg", welcome, reqId)).toMatchObject({ errcode: 846605 });
    const second = { botId: "aib_second", secret: "s", name: "Second" };
    emulator.addBot(second);
    const other = await rawClient(emulator);
    await other.subscribe(second);
    expect(await other.ask("aibot_respond_msg", stream("x"), reqId)).toMatchObject({ errcode: 846605 });
  });

  test("comes within a day", async () => {
    emulator.advance(DAY_MS - 1000);
    expect(await reply(stream("late", true))).toMatchObject({ errcode: 0 });
    emulator.advance(2000);
    expect(await reply(stream("too late", true, "s2"))).toMatchObject({ errcode: 846604 });
  });

  test("may come on another connection, unless req_ids are bound to theirs", async () => {
    for (const [sessionBoundReqIds, errcode] of [
      [false, 0],
      [true, 846605],
    ] as const) {
      await start({ sessionBoundReqIds });
      const next = await rawClient(emulator);
      await next.subscribe();
      expect(await next.ask("aibot_respond_msg", stream("x", true), reqId)).toMatchObject({ errcode });
    }
  });
});

describe("a welcome", () => {
  const welcome = { msgtype: "text", text: { content: "Welcome!" } };

  test("answers somebody who comes in, within five seconds", async () => {
    const entered = emulator.enterChat("Ada", BOT);
    expect((await raw.callback(2)).body).toMatchObject({
      chattype: "single",
      from: { userid: emulator.user("Ada").userId },
      msgtype: "event",
      event: { eventtype: "enter_chat" },
    });
    expect(await raw.ask("aibot_respond_welcome_msg", welcome, entered)).toMatchObject({ errcode: 0 });
    expect(bubble()).toMatchObject({ text: "Welcome!", via: "welcome" });
    emulator.advance(5001);
    expect(await raw.ask("aibot_respond_welcome_msg", welcome, entered)).toMatchObject({ errcode: 846604 });
  });
});

describe("a card", () => {
  const card = {
    card_type: "button_interaction",
    main_title: { title: "Deploy?", desc: "to production" },
    button_list: [{ text: "Yes", key: "yes" }],
    task_id: "task-1",
  };
  const sent = async () => {
    await reply({ msgtype: "template_card", template_card: card });
    return bubble()?.messageId ?? "";
  };

  test("shows its words, tells of clicks and is updated once clicked", async () => {
    const messageId = await sent();
    expect(bubble()).toMatchObject({ type: "template_card", text: "Deploy?\nto production\nYes", card });
    const clicked = emulator.clickCard("Ada", messageId, { eventKey: "yes", selected: { when: ["now", "later"] } });
    expect((await raw.callback(2)).body).toMatchObject({
      response_url: expect.stringContaining("response_code="),
      event: {
        eventtype: "template_card_event",
        template_card_event: {
          card_type: "button_interaction",
          event_key: "yes",
          task_id: "task-1",
          selected_items: { selected_item: [{ question_key: "when", option_ids: { option_id: ["now", "later"] } }] },
        },
      },
    });
    const done = { ...card, main_title: { title: "Deployed." }, button_list: [] };
    const update = { response_type: "update_template_card", template_card: done };
    expect(await raw.ask("aibot_respond_update_msg", update, clicked)).toMatchObject({ errcode: 0 });
    expect(bubble()).toMatchObject({ text: "Deployed.", history: ["Deploy?\nto production\nYes", "Deployed."] });
    emulator.advance(5001);
    expect(await raw.ask("aibot_respond_update_msg", update, clicked)).toMatchObject({ errcode: 846604 });
  });

  test("may be updated for one person only", async () => {
    const clicked = emulator.clickCard("Ada", await sent(), { eventKey: "yes" });
    const mine = { ...card, main_title: { title: "Yours" } };
    const update = { response_type: "update_template_card", userids: ["ada"], template_card: mine };
    await raw.ask("aibot_respond_update_msg", update, clicked);
    expect(bubble()).toMatchObject({ card, cardFor: { ada: mine } });
  });

  test("must be one the platform knows", async () => {
    for (const wrong of [undefined, { card_type: "fancy" }, { ...card, task_id: undefined }]) {
      expect(await reply({ msgtype: "template_card", template_card: wrong })).toMatchObject({ errcode: 40058 });
    }
    const clicked = emulator.clickCard("Ada", await sent(), { eventKey: "yes" });
    const other = { response_type: "update_template_card", template_card: { ...card, task_id: "task-2" } };
    expect(await raw.ask("aibot_respond_update_msg", other, clicked)).toMatchObject({ errcode: 40058 });
    expect(() => emulator.clickCard("Ada", emulator.shows("Ada")[0]?.messageId ?? "", { eventKey: "yes" })).toThrow(
      expect.objectContaining({ code: "WECOM_EMULATOR_NOT_FOUND" }),
    );
  });
});

test("people like and dislike answers that asked for it", async () => {
  await reply(stream("good", true, "s1", { feedback: { id: "f-1" } }));
  await reply(stream("mute", true, "s2"));
  const [, asked, mute] = emulator.shows("Ada");
  emulator.feedback("Ada", asked?.messageId ?? "", { type: 2, content: "wrong", reasons: [1] });
  expect((await raw.callback(2)).body?.["event"]).toEqual({
    eventtype: "feedback_event",
    feedback_event: { id: "f-1", type: 2, content: "wrong", inaccurate_reason_list: [1] },
  });
  expect(() => emulator.feedback("Ada", mute?.messageId ?? "", { type: 1 })).toThrow(/has no answer that asks/);
  expect(await reply(stream("x", true, "s3", { feedback: { id: "f".repeat(257) } }))).toMatchObject({ errcode: 40058 });
});

describe("with strict rates", () => {
  test("one conversation takes 30 messages a minute and 1000 an hour, stream frames included", async () => {
    await start({ strictRates: true });
    for (let frame = 0; frame < 30; frame++) expect(await reply(stream(`${frame}`))).toMatchObject({ errcode: 0 });
    expect(await reply(stream("31"))).toMatchObject({ errcode: 846607 });
    emulator.advance(60_000);
    expect(await reply(stream("31", true))).toMatchObject({ errcode: 0 });
  });

  test("stream frames may be free", async () => {
    await start({ strictRates: true, countStreamFrames: false });
    for (let frame = 0; frame < 40; frame++) expect(await reply(stream(`${frame}`))).toMatchObject({ errcode: 0 });
  });
});

describe("a response_url", () => {
  const post = async (url: unknown, content: string) => {
    const body = JSON.stringify({ msgtype: "markdown", markdown: { content } });
    const response = await fetch(String(url), { method: "POST", body });
    return (await response.json()) as object;
  };

  test("takes one message within an hour, without any connection", async () => {
    const url = (await raw.callback()).body?.["response_url"];
    emulator.dropConnections({ mode: "reset" });
    expect(await post(url, "over http")).toEqual({ errcode: 0, errmsg: "ok" });
    expect(bubble()).toMatchObject({ text: "over http", via: "response-url" });
    expect(await post(url, "again")).toMatchObject({ errcode: 40029 });
    await start();
    const late = (await raw.callback()).body?.["response_url"];
    emulator.advance(3_600_000);
    expect(await post(late, "late")).toMatchObject({ errcode: 40029 });
  });

  test("is not there when the platform gives none", async () => {
    await start({ responseUrls: false });
    expect((await raw.callback()).body).not.toHaveProperty("response_url");
  });
});

import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { PairingEntry } from "@loong/api";
import type { ChatHandle, FeishuEmulator } from "@loong/feishu/emulator";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Running } from "../operator.ts";
import { AGENT, openScene, reconfigured, type Scene, stopped } from "../scene.ts";

/**
 * The playbook "Lark (Feishu) Channel": access control, sending and message types. The blocks it gives are pasted as they
 * stand; who the bot is comes from LARK_APP_ID and LARK_APP_SECRET, who answers from a block written in front.
 */

const APP = { appId: "cli_a9f6c72aa7b85bca", appSecret: "rooms-secret", botName: "Loong" };

const DM_POLICY = `channels:
  lark:
    dmPolicy: "pairing"  # Require approval for new users
    allowFrom:
      - "ou_user_open_id_1"
      - "ou_user_open_id_2"
`;

const GROUP_POLICY = `channels:
  lark:
    groupPolicy: "allowlist"
    groupAllowFrom:
      - "ou_allowed_user_1"
      - "ou_allowed_user_2"

    groups:
      "oc_specific_chat_id":
        requireMention: true
        systemPrompt: "You are a helpful assistant for this team."
`;

let scene: Scene;
let platform: FeishuEmulator;
let room: ChatHandle;
let team: ChatHandle;

beforeAll(async () => {
  scene = await openScene([APP]);
  ({ platform } = scene);
  installPackage();
  platform.user("User", { openId: "ou_user_open_id" });
  platform.user("First", { openId: "ou_user_open_id_1" });
  platform.user("Allowed", { openId: "ou_allowed_user_1" });
  platform.user("Stranger", { openId: "ou_stranger" });
  const people = ["User", "First", "Allowed", "Stranger"];
  room = platform.group("Room", people, [APP.appId], { chatId: "oc_chat_id" });
  team = platform.group("Team", people, [APP.appId], { chatId: "oc_specific_chat_id" });
});
afterAll(() => scene?.closes());

const direct = (who: string) => platform.directChat(who, APP.appId);
const latest = (chat: ChatHandle) => platform.shows(chat).at(-1);

/** Somebody writes to the bot in private. */
const whispers = (who: string, text: string) => platform.say(direct(who), who, text).messageId;

const answerInPrivate = (who: string, text: string) => scene.answerTo(direct(who), whispers(who, text));
const answerIn = (chat: ChatHandle, who: string, text: string) =>
  scene.answerTo(chat, scene.says(chat, who, `@Loong ${text}`));

/** What the gateway logs about a message that it does not answer. */
async function denial(gateway: Running, speak: () => readonly [ChatHandle, string]): Promise<string> {
  const before = gateway.output().length;
  const [chat, messageId] = speak();
  const line = /a message was denied .*/;
  await expect.poll(() => gateway.output().slice(before), { timeout: 10_000 }).toMatch(line);
  expect(scene.isUnanswered(chat, messageId)).toBe(true);
  return line.exec(gateway.output().slice(before))?.[0] ?? "";
}

describe("DM Policy", () => {
  let gateway: Running;
  beforeAll(async () => {
    scene.config(`${AGENT}\n${DM_POLICY}`);
    gateway = await scene.connects();
  });
  afterAll(() => scene.restores());

  const policy = (value: string) =>
    reconfigured(gateway, () => scene.typesWell(`loong config set channels.lark.dmPolicy ${value}`));

  test("pairing, pasted: a new user asks for approval, gets it from the operator, and is answered", async () => {
    expect(await answerInPrivate("First", "I am in allowFrom")).toContain("I am in allowFrom");

    const prompt = await scene.answerTo(direct("Stranger"), whispers("Stranger", "let me in"));
    const code = /pairing approve feishu ([A-Z2-9]{8})/.exec(prompt)?.[1] ?? "no code";
    const { pairings } = JSON.parse(await scene.typesWell("loong pairing list lark --json")) as {
      pairings: readonly PairingEntry[];
    };
    expect(pairings).toMatchObject([{ senderId: "ou_stranger", state: "pending", code }]);

    expect(await scene.typesWell(`loong pairing approve feishu ${code}`)).toContain("may talk in private now");
    expect(await answerInPrivate("Stranger", "am I in?")).toContain("am I in?");
    // A pairing is for private messages alone.
    expect(await denial(gateway, () => [room, scene.says(room, "Stranger", "@Loong and in a group?")])).toContain(
      "neither this group nor this sender is allowed",
    );
    await scene.typesWell("loong pairing revoke feishu ou_stranger");
  });

  test("allowlist: only users in allowFrom, and the log names the command that would add another", async () => {
    await policy("allowlist");
    expect(await answerInPrivate("First", "still in allowFrom")).toContain("still in allowFrom");
    const line = await denial(gateway, () => [direct("User"), whispers("User", "me too")]);
    expect(line).toContain("sender is not in allowFrom");
    const allow = /allow=`(.+)`/.exec(line)?.[1] ?? "";
    expect(allow).toBe(
      `loong config set channels.lark.allowFrom '["ou_user_open_id_1","ou_user_open_id_2","ou_user_open_id"]'`,
    );
    await reconfigured(gateway, () => scene.typesWell(allow));
    expect(await answerInPrivate("User", "thank you")).toContain("thank you");
  });

  test("open: anyone", async () => {
    await policy("open");
    expect(await answerInPrivate("Stranger", "now I may")).toContain("now I may");
  });

  test("disabled: nobody, not even those in allowFrom", async () => {
    await scene.typesWell("loong config set channels.lark.dmPolicy disabled");
    await stopped(gateway);
    gateway = await scene.connects();
    expect(await denial(gateway, () => [direct("First"), whispers("First", "hello?")])).toContain(
      "private messages are disabled",
    );
  });
});

describe("Group Policy", () => {
  let gateway: Running;
  beforeAll(async () => {
    scene.config(`${AGENT}\n${GROUP_POLICY}`);
    gateway = await scene.connects();
  });
  afterAll(() => scene.restores());

  const set = (key: string, value: string) =>
    reconfigured(gateway, () => scene.typesWell(`loong config set 'channels.lark.${key}' '${value}'`));
  const systemPrompts = () =>
    scene.model
      .requests()
      .flatMap(({ body }) => JSON.stringify(body))
      .at(-1);

  test("allowlist, pasted: users in groupAllowFrom anywhere, and everybody in a group that is listed", async () => {
    expect(await answerIn(room, "Allowed", "I am in groupAllowFrom")).toContain("I am in groupAllowFrom");
    expect(systemPrompts()).not.toContain("helpful assistant for this team");
    expect(await denial(gateway, () => [room, scene.says(room, "Stranger", "@Loong and me?")])).toContain(
      "neither this group nor this sender is allowed",
    );
    expect(await answerIn(team, "Stranger", "this group is listed")).toContain("this group is listed");
  });

  test("groups.<id>.systemPrompt reaches the model, for this group", () => {
    expect(systemPrompts()).toContain("You are a helpful assistant for this team.");
    expect(systemPrompts()).toContain("this group is listed");
  });

  test("groups.<id>.requireMention: what does not mention the bot is not for it", async () => {
    const aside = platform.say(team, "Stranger", "just among us").messageId;
    expect(await answerIn(team, "Stranger", "and now to you")).toContain("and now to you");
    expect(scene.isUnanswered(team, aside)).toBe(true);

    await set("groups.oc_specific_chat_id.requireMention", "false");
    const open = platform.say(team, "Stranger", "without a mention").messageId;
    expect(await scene.answerTo(team, open)).toContain("without a mention");
  });

  test("open: all group members", async () => {
    await set("groupPolicy", "open");
    expect(await answerIn(room, "Stranger", "now I may")).toContain("now I may");
  });

  test("disabled: all group messages are ignored", async () => {
    await set("groupPolicy", "disabled");
    for (const chat of [room, team]) {
      expect(await denial(gateway, () => [chat, scene.says(chat, "Allowed", "@Loong hello?")])).toContain(
        "groups are disabled",
      );
    }
  });
});

describe("Sending Messages", () => {
  afterEach(() => scene.restores());

  test("`message send`, before a gateway runs and while one does", async () => {
    const line = 'loong message send --to "oc_chat_id" --message "Hello from Loong!"';
    expect(await scene.typesWell(line)).toMatch(/^Sent through feishu\/default to oc_chat_id as om_\w+\.\n$/);
    expect(latest(room)).toMatchObject({ msgType: "text", text: "Hello from Loong!", from: { name: "Loong" } });

    await scene.connects();
    expect(JSON.parse(await scene.typesWell(`${line} --json`))).toMatchObject({ delivered: true, via: "gateway" });
    expect(latest(room)).toMatchObject({ text: "Hello from Loong!" });
    expect(platform.connections()).toHaveLength(1);
  });

  test("a target that does not exist: not delivered, 1, and what to do", async () => {
    const { code, stdout, stderr } = await scene.types('loong message send --to "oc_nowhere" --message "Hello?"');
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^error: feishu\/default did not deliver the message \(rejected\): .*\nhint: ./);
  });

  test("Programmatic Usage: the snippet runs as it stands and ends by itself", async () => {
    const snippet = `import { sendMessageLark } from "@loong/feishu";

// Send to a chat
await sendMessageLark("oc_chat_id", "Hello!");

// Send to a user (by open_id)
await sendMessageLark("ou_user_open_id", "Hello!");
`;
    expect(await runs(snippet)).toBe("");
    expect(latest(room)).toMatchObject({ msgType: "text", text: "Hello!" });
    expect(latest(direct("User"))).toMatchObject({ msgType: "text", text: "Hello!" });
  });
});

/** A script of the operator's, in a folder that has the package installed. @returns what it prints. */
function runs(script: string): Promise<string> {
  writeFileSync(join(dirname(scene.operator.home), "script.mts"), script);
  return scene.typesWell("node --conditions=@loong/source script.mts");
}

/** As `npm install @loong/feishu` would in the operator's folder. */
function installPackage(): void {
  const modules = join(dirname(scene.operator.home), "node_modules/@loong");
  mkdirSync(modules, { recursive: true });
  symlinkSync(join(import.meta.dirname, "../../../../extensions/feishu"), join(modules, "feishu"));
}

/** A PNG of one pixel. */
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

const CARD = {
  header: { title: { tag: "plain_text", content: "Alert" }, template: "red" },
  elements: [{ tag: "div", text: { tag: "lark_md", content: "**Status:** Error detected" } }],
};

describe("Message Types", () => {
  afterEach(() => scene.restores());

  /** What a line of `message send` shows in the room. */
  async function sends(flags: string) {
    await scene.typesWell(`loong message send --to oc_chat_id ${flags}`);
    return latest(room);
  }

  test("text", async () => {
    expect(await sends("--message 'plain *words*'")).toMatchObject({ msgType: "text", text: "plain *words*" });
  });

  test("post: formatted words, where renderMode asks for rich text", async () => {
    scene.config("channels:\n  lark:\n    renderMode: post\n");
    expect(await sends("--markdown --message 'some **bold** words'")).toMatchObject({ msgType: "post" });
    expect(latest(room)?.text).toContain("bold");
  });

  test("image", async () => {
    writeFileSync(scene.operator.write("pixel.png", ""), PIXEL);
    expect(await sends("--image .loong/pixel.png")).toMatchObject({
      msgType: "image",
      content: { image_key: expect.stringMatching(/^img_/) },
    });
  });

  test("interactive: a card, from the line and from a file", async () => {
    expect(await sends(`--card '${JSON.stringify(CARD)}'`)).toMatchObject({ msgType: "interactive", content: CARD });
    scene.operator.write("card.json", JSON.stringify(CARD));
    expect(await sends("--card @.loong/card.json --message Alert")).toMatchObject({
      msgType: "interactive",
      content: CARD,
    });
  });

  test("file", async () => {
    scene.operator.write("report.txt", "all is well");
    expect(await sends("--file .loong/report.txt")).toMatchObject({
      msgType: "file",
      content: { file_key: expect.stringMatching(/^file_/) },
    });
  });

  test("a file that is not there is not sent", async () => {
    const { code, stderr } = await scene.types("loong message send --to oc_chat_id --file nowhere.txt");
    expect(code).not.toBe(0);
    expect(stderr).toContain("nowhere.txt");
  });

  test("API Reference: every function of the table", async () => {
    writeFileSync(scene.operator.write("pixel.png", ""), PIXEL);
    const before = platform.shows(room).length;
    const printed = await runs(`import {
  probeLarkBot, replyMessageLark, sendImageLark, sendInteractiveCardLark, sendMessageLark, sendPostLark, uploadImageLark,
} from "@loong/feishu";

const { messageId } = await sendMessageLark("oc_chat_id", "first");
await replyMessageLark(messageId ?? "", "second");
const imageKey = await uploadImageLark(".loong/pixel.png");
await sendImageLark("oc_chat_id", { imageKey });
await sendImageLark("oc_chat_id", { path: ".loong/pixel.png" });
await sendInteractiveCardLark("oc_chat_id", ${JSON.stringify(CARD)});
await sendPostLark("oc_chat_id", { title: "News", content: [[{ tag: "text", text: "good ones" }]] });
console.log(JSON.stringify(await probeLarkBot()));
`);
    const shown = platform.shows(room).slice(before);
    expect(shown.map(({ msgType }) => msgType)).toEqual(["text", "text", "image", "image", "interactive", "post"]);
    expect(shown[1]).toMatchObject({ text: "second", parentId: shown[0]?.messageId });
    expect(shown[5]?.text).toMatch(/News[^]*good ones/);
    expect(JSON.parse(printed)).toMatchObject({ ok: true, identity: { name: "Loong" }, problems: [] });
  });

  test("Incoming Webhooks: both curl lines reach the group", async () => {
    const hook = platform.customBot(room);
    const text = `curl -s -X POST "${hook}" \\
  -H "Content-Type: application/json" \\
  -d '{
    "msg_type": "text",
    "content": {"text": "Hello from Loong!"}
  }'`;
    expect(JSON.parse(await scene.typesWell(text))).toMatchObject({ code: 0 });
    expect(latest(room)).toMatchObject({ msgType: "text", text: "Hello from Loong!" });
    const card = `curl -s -X POST "${hook}" -H "Content-Type: application/json" -d '${JSON.stringify({ msg_type: "interactive", card: CARD })}'`;
    expect(JSON.parse(await scene.typesWell(card))).toMatchObject({ code: 0 });
    expect(latest(room)).toMatchObject({ msgType: "interactive", content: CARD });
  });
});

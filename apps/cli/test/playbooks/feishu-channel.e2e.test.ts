import type { ChatHandle } from "@loong/feishu/emulator";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openScene, type Scene, stopped } from "../scene.ts";

/**
 * The playbook "Feishu/Lark", whose file is JSON. What it gives to paste is pasted as it stands; its ids are no ids of the
 * platform, so `config patch` replaces them where something must run.
 */

const APP = { appId: "cli_a9f6c72aa7b85bca", appSecret: "feishu-secret", botName: "Loong" };
const PERSONAL = { appId: "cli_bbbbbbbbbbbbbbbb", appSecret: "feishu-secret-2", botName: "Mine" };

const MANUAL = `{
  "channels": {
    "feishu": {
      "enabled": true,
      "appId": "cli_xxxxxxxxxxxxxxxx",
      "appSecret": "your-app-secret"
    }
  }
}
`;

const ACCOUNTS = `{
  "channels": {
    "feishu": {
      "accounts": {
        "work": {
          "appId": "cli_work_app",
          "appSecret": "work-secret"
        },
        "personal": {
          "appId": "cli_personal_app",
          "appSecret": "personal-secret"
        }
      }
    }
  }
}
`;

const ALLOWLIST = `{
  "channels": {
    "feishu": {
      "appId": "cli_xxx",
      "appSecret": "xxx",
      "dmPolicy": "allowlist",
      "allowFrom": ["ou_user1_open_id", "ou_user2_open_id"]
    }
  }
}
`;

let scene: Scene;
let first: ChatHandle;
let stranger: ChatHandle;

beforeAll(async () => {
  scene = await openScene([APP, PERSONAL]);
  const { platform } = scene;
  platform.user("First", { openId: "ou_user1_open_id" });
  platform.user("Stranger");
  first = platform.directChat("First", APP.appId);
  stranger = platform.directChat("Stranger", APP.appId);
  // This page configures by file alone.
  Object.assign(scene.operator.env, { LARK_APP_ID: "", LARK_APP_SECRET: "" });
});
afterEach(async () => {
  await scene.restores();
  Object.assign(scene.operator.env, { LARK_APP_ID: "", LARK_APP_SECRET: "" });
});
afterAll(() => scene?.closes());

const pastes = (json: string) => void scene.operator.write("config.json", json);

/** Lays values over what was pasted, and lets the simplest agent answer. */
async function patches(feishu: object): Promise<void> {
  const patch = { agent: { use: "echo" }, channels: { feishu } };
  await scene.typesWell(`loong config patch '${JSON.stringify(patch)}'`);
}

describe("Step 6 and 7: configure, start the gateway", () => {
  test("the JSON is pasted", async () => {
    pastes(MANUAL);
    await scene.typesWell("loong config validate");
    expect(await scene.accounts()).toMatchObject([{ channel: "feishu", account: "default", problems: [] }]);
  });

  test("`gateway run` connects and receives", async () => {
    pastes(MANUAL);
    await patches({ appId: APP.appId, appSecret: APP.appSecret, dmPolicy: "open" });
    const gateway = await scene.connects();
    expect(await scene.answerTo(first, scene.says(first, "First", "are you there?"))).toContain("are you there?");
    expect(await stopped(gateway)).toBe(0);
  });
});

describe("Multi-account support", () => {
  test("two accounts; none is called default, so the first is used and it says so", async () => {
    pastes(ACCOUNTS);
    const { code, stdout, stderr } = await scene.types("loong config validate");
    expect(code).toBe(0);
    expect(stdout + stderr).toMatch(/"personal" is used because it sorts first[^]*defaultAccount personal/);
    expect(await scene.accounts()).toMatchObject([
      { account: "work", isDefault: false, problems: [] },
      { account: "personal", isDefault: true, problems: [] },
    ]);
  });

  test("with ids of the platform both connect, and each can be selected", async () => {
    pastes(ACCOUNTS);
    const accounts = {
      work: { appId: APP.appId, appSecret: APP.appSecret },
      personal: { appId: PERSONAL.appId, appSecret: PERSONAL.appSecret },
    };
    await patches({ baseUrl: scene.platform.url, dmPolicy: "open", defaultAccount: "work", accounts });
    const both = await scene.connects("loong gateway run --port 0", 2);
    await expect
      .poll(async () => (await scene.status()).surfaces)
      .toMatchObject([
        { account: "work", state: "CONNECTED" },
        { account: "personal", state: "CONNECTED" },
      ]);
    expect(await stopped(both)).toBe(0);

    const one = await scene.connects("loong gateway run --port 0 --channel-account feishu=work");
    await expect.poll(() => scene.surface()).toMatchObject({ account: "work", state: "CONNECTED" });
    expect(await scene.answerTo(first, scene.says(first, "First", "at work"))).toContain("at work");
    expect(await stopped(one)).toBe(0);
  });
});

describe("DM policies", () => {
  test("the allowlist example is pasted, and lets in whom it names", async () => {
    pastes(ALLOWLIST);
    await scene.typesWell("loong config validate");
    await patches({ appId: APP.appId, appSecret: APP.appSecret });
    const gateway = await scene.connects();
    const refused = scene.says(stranger, "Stranger", "let me in");
    await gateway.waitFor("sender is not in allowFrom");
    expect(await scene.answerTo(first, scene.says(first, "First", "it is me"))).toContain("it is me");
    expect(scene.isUnanswered(stranger, refused)).toBe(true);
    expect(await stopped(gateway)).toBe(0);
  });
});

describe("Troubleshooting", () => {
  test("Check gateway logs: `logs -f` shows what happens while it happens", async () => {
    pastes(MANUAL);
    await patches({ appId: APP.appId, appSecret: APP.appSecret, dmPolicy: "disabled" });
    const following = scene.starts("loong logs -f");
    const gateway = await scene.connects();
    await following.waitFor("[ws] ws client ready");
    scene.says(first, "First", "why is nobody answering?");
    await following.waitFor("private messages are disabled");
    following.signal("SIGINT");
    expect((await following.ended).code).toBe(0);
    expect(await stopped(gateway)).toBe(0);
  });

  test("Authentication errors: the probe tests the connection", async () => {
    pastes(MANUAL);
    await patches({ appId: APP.appId });
    expect(await scene.types("loong channels status --probe")).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("Invalid App ID or App Secret"),
    });
    await patches({ appSecret: APP.appSecret });
    expect(await scene.typesWell("loong channels status --probe")).toMatch(/works +Loong/);
  });

  test("Duplicate messages: the same event, and the same message as another event, are answered once", async () => {
    pastes(MANUAL);
    await patches({ appId: APP.appId, appSecret: APP.appSecret, dmPolicy: "open" });
    const gateway = await scene.connects();
    const { platform } = scene;
    const { messageId, eventId } = platform.say(first, "First", "only once");
    await scene.answerTo(first, messageId);
    platform.redeliver(eventId);
    platform.redeliver(eventId, { newEventId: "another-event-of-the-same-message" });
    await expect.poll(() => platform.deliveries().every(({ state }) => state === "acknowledged")).toBe(true);
    await scene.answerTo(first, scene.says(first, "First", "and then this"));
    expect(platform.shows(first).filter(({ parentId }) => parentId === messageId)).toHaveLength(1);
    expect(await stopped(gateway)).toBe(0);
  });

  test("Duplicate messages: a second gateway is refused and names the first", async () => {
    pastes(MANUAL);
    await patches({ appId: APP.appId, appSecret: APP.appSecret });
    const gateway = await scene.connects();
    const second = await scene.types("loong gateway run --port 0");
    expect(second.code).toBe(78);
    expect(second.stderr).toContain(String(gateway.pid));
    expect(await stopped(gateway)).toBe(0);
  });
});

import { type FailureOutcome, LoongError } from "@loong/sdk";
import { describe, expect, test } from "vitest";
import { feishuErrors } from "../errors.ts";
import { type Operation, classify, classifyForeign, classifyLink, withoutAmbiguity } from "./classify.ts";

function refuse(code: number, facts: Partial<Parameters<typeof classify>[0]> = {}) {
  return classify({
    operation: "send",
    status: 400,
    headers: {},
    code,
    msg: "what the platform says",
    scopes: [],
    appId: "cli_9f5343c580712544",
    baseUrl: new URL("https://open.feishu.cn"),
    ...facts,
  });
}

// Every number of the platform's tables that this channel can meet, with what it must mean for the words.
const table: readonly (readonly [string, FailureOutcome, readonly number[]])[] = [
  ["FEISHU_CREDENTIALS_REJECTED", "bad-credentials", [10003, 10014, 10015, 99991661, 99991665, 99991671]],
  ["FEISHU_TOKEN_REFUSED", "bad-credentials", [99991663, 99991664]],
  ["FEISHU_BOT_DISABLED", "bad-credentials", [99991668, 99991677, 230006]],
  ["FEISHU_APP_DISABLED", "bad-credentials", [99991662, 99991673]],
  ["FEISHU_IP_REFUSED", "bad-credentials", [99991401]],
  ["FEISHU_RATE_LIMITED", "not-sent", [99991400, 230020, 11232, 11233]],
  ["FEISHU_QUOTA_USED_UP", "rejected", [99991403, 11247]],
  ["FEISHU_SERVER_ERROR", "unknown", [2200]],
  ["FEISHU_SEND_UNDER_WAY", "unknown", [230049]],
  ["FEISHU_SCOPE_MISSING", "rejected", [99991672]],
  ["FEISHU_BAD_REQUEST", "rejected", [10002, 230001, 230054, 9499, 99991201, 99991301, 99992402]],
  ["FEISHU_TARGET_INVALID", "rejected", [230034, 99992351, 99992352, 99992354, 99992360, 99992361]],
  ["FEISHU_NOT_IN_CHAT", "rejected", [230002]],
  ["FEISHU_USER_OUT_OF_RANGE", "rejected", [230013]],
  ["FEISHU_NOT_ALLOWED", "rejected", [230015, 230017, 230018, 230027, 230035, 230038, 230050, 230053]],
  ["FEISHU_MESSAGE_GONE", "rejected", [230011, 230026, 230110, 231003]],
  ["FEISHU_THREAD_UNSUPPORTED", "rejected", [230019, 230071, 230072]],
  ["FEISHU_CONTENT_REFUSED", "rejected", [230022, 230028]],
  ["FEISHU_TOO_LONG", "rejected", [230025]],
  ["FEISHU_CARD_REFUSED", "rejected", [230099, 11310, 200740, 200750, 200860, 300305, 300311, 300313]],
  ["FEISHU_CARD_SEQUENCE", "not-sent", [200770, 300317]],
  ["FEISHU_CARD_STREAM_OVER", "not-sent", [200510, 200850, 300309]],
  ["FEISHU_CARD_BUSY", "not-sent", [200810]],
  ["FEISHU_EDIT_REFUSED", "rejected", [230009, 230031, 230075]],
  [
    "FEISHU_REACTION_REFUSED",
    "rejected",
    [231001, 231002, 231007, 231008, 231010, 231011, 231015, 231017, 231018, 231022],
  ],
  ["FEISHU_CHAT_UNAVAILABLE", "rejected", [232006, 232009, 232010, 232011, 232025, 232033, 232034]],
  [
    "FEISHU_FILE_REFUSED",
    "rejected",
    [230055, 234001, 234003, 234004, 234006, 234010, 234011, 234037, 234039, 234042, 234043],
  ],
  ["FEISHU_CONTACT_REFUSED", "rejected", [40001, 41012, 41050]],
  ["FEISHU_REFUSED", "rejected", [123456]],
];
const rows = table.flatMap(([row, outcome, codes]) => codes.map((code) => [code, row, outcome] as const));

test.each(rows)("%i is %s: %s", (code, row, outcome) => {
  const error = refuse(code);
  expect(error).toMatchObject({ code: row, outcome });
  expect(error.message).toContain(`API error: ${code}`);
  expect(error.hint).toMatch(/\S/);
});

test("a card refusal keeps the inner number, which tells what is wrong with the card", () => {
  const msg = "Failed to create card content, ext=ErrCode: 11310; ErrMsg: card table number over limit";
  expect(refuse(230099, { msg }).message).toContain("ErrCode: 11310");
});

describe("how long to wait", () => {
  test("is what the gateway says, in milliseconds", () => {
    expect(refuse(99991400, { status: 429, headers: { "x-ogw-ratelimit-reset": "7" } }).retryAfterMs).toBe(7_000);
  });

  test("is left to the retry policy when nobody says", () => {
    expect(refuse(230020).retryAfterMs).toBeUndefined();
    expect(refuse(99991400, { headers: { "x-ogw-ratelimit-reset": "soon" } }).retryAfterMs).toBeUndefined();
  });

  test("an unknown number with HTTP 429 is a rate limit too", () => {
    expect(refuse(777, { status: 429 })).toMatchObject({ code: "FEISHU_RATE_LIMITED", outcome: "not-sent" });
  });
});

test("an unknown number with HTTP 500 leaves open whether the message was taken", () => {
  expect(refuse(777, { status: 500 })).toMatchObject({ code: "FEISHU_SERVER_ERROR", outcome: "unknown" });
});

test.each<[Operation, string]>([
  ["edit", "FEISHU_EDIT_REFUSED"],
  ["reply", "FEISHU_THREAD_UNSUPPORTED"],
])("230071 and 230072 mean something else for %s", (operation, row) => {
  expect(refuse(230071, { operation }).code).toBe(row);
  expect(refuse(230072, { operation }).code).toBe(row);
});

describe("a missing scope", () => {
  const msg = "Access denied. One of the following scopes is required: [im:message, im:message:send_as_bot].";

  test("is named with the page that grants it", () => {
    const error = refuse(99991672, { scopes: ["im:message:send_as_bot"] });
    expect(error.message).toContain("im:message:send_as_bot");
    expect(error.hint).toContain("https://open.feishu.cn/app/cli_9f5343c580712544/auth?q=im:message:send_as_bot");
  });

  test("is read from the words when the list is missing", () => {
    expect(refuse(99991672, { msg }).message).toContain("im:message, im:message:send_as_bot");
  });
});

test.each([
  [1, "FEISHU_LINK_BUSY", undefined],
  [403, "FEISHU_LINK_BUSY", undefined],
  [514, "FEISHU_CREDENTIALS_REJECTED", "bad-credentials"],
  [1000040343, "FEISHU_LINK_BUSY", undefined],
  [1000040345, "FEISHU_CREDENTIALS_REJECTED", "bad-credentials"],
  [1000040350, "FEISHU_LINK_LIMIT", "conflict"],
  [1000040351, "FEISHU_CREDENTIALS_REJECTED", "bad-credentials"],
  [42, "FEISHU_LINK_BUSY", undefined],
])("the long connection's %i is %s: %s", (code, row, outcome) => {
  expect(classifyLink(code, "")).toMatchObject({ code: row, outcome });
});

test.each([
  [404, "not-sent"],
  [403, "not-sent"],
  [429, "not-sent"],
  [502, "unknown"],
  [200, "unknown"],
])("HTTP %i without the platform's JSON is %s", (status, outcome) => {
  expect(classifyForeign("open.feishu.cn", status, {}).outcome).toBe(outcome);
});

test("what fails before a send cannot have sent anything", () => {
  const error = withoutAmbiguity(feishuErrors.FEISHU_NO_ANSWER(["host", "timeout"]));
  expect(error).toBeInstanceOf(LoongError);
  expect(error).toMatchObject({ code: "FEISHU_NO_ANSWER", outcome: "not-sent" });
  const permanent = feishuErrors.FEISHU_CREDENTIALS_REJECTED([10014, ""]);
  expect(withoutAmbiguity(permanent)).toBe(permanent);
});

test("long words of the platform are cut to one line", () => {
  const { message } = refuse(230001, { msg: `a\nb${"x".repeat(1_000)}` });
  expect(message).toContain("a b");
  expect(message.length).toBeLessThan(300);
});

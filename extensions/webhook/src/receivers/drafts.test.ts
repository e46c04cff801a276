import type { JsonValue } from "@loong/sdk";
import { describe, expect, test } from "vitest";
import type { ReceiverKind, WebhookAccount } from "../config.ts";
import { titleOf } from "./dingtalk.ts";
import { receiverOf } from "./receiver-of.ts";
import type { Draft, WordContent } from "./receiver.ts";

const account: WebhookAccount = { payloadFormat: "json_text", payloadTextField: "message", allowPrivateHosts: false };
const write = async (kind: ReceiverKind, content: WordContent): Promise<Draft> =>
  receiverOf(kind, account).write(content);
const text = (words: string): WordContent => ({ type: "text", text: words });
const markdown = (words: string): WordContent => ({ type: "markdown", markdown: words });
const card = (json: JsonValue, fallbackText = ""): WordContent => ({ type: "card", card: json, fallbackText });

test.each<[ReceiverKind, WordContent, JsonValue]>([
  ["feishu", text("a *b*"), { msg_type: "text", content: { text: "a *b*" } }],
  [
    "lark",
    markdown("**b**"),
    { msg_type: "interactive", card: { schema: "2.0", body: { elements: [{ tag: "markdown", content: "**b**" }] } } },
  ],
  ["feishu", card({ elements: [] }), { msg_type: "interactive", card: { elements: [] } }],
  ["feishu", card({ msg_type: "post", content: {} }), { msg_type: "post", content: {} }],
  ["wecom", text("a"), { msgtype: "text", text: { content: "a" } }],
  ["wecom", markdown("**b**"), { msgtype: "markdown", markdown: { content: "**b**" } }],
  [
    "wecom",
    card({ card_type: "text_notice" }),
    { msgtype: "template_card", template_card: { card_type: "text_notice" } },
  ],
  ["wecom", card({ msgtype: "news", news: {} }), { msgtype: "news", news: {} }],
  ["dingtalk", text("a"), { msgtype: "text", text: { content: "a" } }],
  ["dingtalk", markdown("# T\nx"), { msgtype: "markdown", markdown: { title: "T", text: "# T\nx" } }],
  ["dingtalk", card({ title: "T", text: "x" }), { msgtype: "actionCard", actionCard: { title: "T", text: "x" } }],
  ["dingtalk", card({ msgtype: "link", link: {} }), { msgtype: "link", link: {} }],
  ["slack", text("*a* & <b>"), { text: "*a* &amp; &lt;b&gt;", mrkdwn: false }],
  ["slack", markdown("**b**"), { text: "*b*" }],
  ["slack", card([{ type: "divider" }], "a & b"), { text: "a &amp; b", blocks: [{ type: "divider" }] }],
  ["slack", card({ text: "own", blocks: [] }, "other"), { text: "own", blocks: [] }],
  ["json", text("a"), { message: "a" }],
  ["json", markdown("**b**"), { message: "**b**" }],
  ["json", card({ any: ["thing"] }), { any: ["thing"] }],
])("%s gets %j as %j", async (kind, content, body) => {
  expect(await write(kind, content)).toEqual({ body });
});

test.each(["[", "![", "[](", "![](", "![](a", "![a](b ", "!"])("%j without end is written at once", async (sign) => {
  const startedAtMs = performance.now();
  const words = markdown(sign.repeat(2_000));
  for (const kind of ["feishu", "dingtalk"] as const) expect(await write(kind, words)).toHaveProperty("body");
  expect(titleOf(sign.repeat(100_000))).toBeTypeOf("string");
  expect(performance.now() - startedAtMs).toBeLessThan(5_000);
});

describe("limits", () => {
  test.each<[ReceiverKind, WordContent]>([
    ["feishu", text("字".repeat(6_800))],
    ["feishu", card({ text: "x".repeat(20_480) })],
    ["wecom", text("x".repeat(4_097))],
    ["wecom", markdown("字".repeat(1_366))],
    ["dingtalk", text("x".repeat(19_990))],
    ["slack", text("&".repeat(8_001))],
  ])("%s does not get what it would refuse or cut", async (kind, content) => {
    await expect(write(kind, content)).rejects.toMatchObject({ code: "WEBHOOK_TOO_LONG", outcome: "rejected" });
  });

  test.each<[ReceiverKind, WordContent]>([
    ["feishu", text("x".repeat(20_000))],
    ["wecom", markdown("x".repeat(4_096))],
    ["dingtalk", text("x".repeat(19_900))],
    ["slack", text("x".repeat(40_000))],
  ])("%s gets what just fits", async (kind, content) => {
    expect(await write(kind, content)).toHaveProperty("body");
  });

  test("a WeCom text of more than 2048 bytes goes out as markdown and says so", async () => {
    expect(await write("wecom", text("字".repeat(682)))).toMatchObject({ body: { msgtype: "text" } });
    expect(await write("wecom", text("字".repeat(683)))).toMatchObject({
      body: { msgtype: "markdown" },
      degraded: "over 2048 bytes, sent as markdown",
    });
  });
});

describe("forms", () => {
  test.each(["feishu", "wecom", "dingtalk", "slack"] as const)("%s takes no card that is only a word", async (kind) => {
    await expect(write(kind, card("hello"))).rejects.toMatchObject({ code: "WEBHOOK_CARD_FORM", outcome: "rejected" });
  });

  test("pictures from elsewhere become links in a Feishu card, but not in code", async () => {
    const { body } = await write("feishu", markdown("![a](https://x/a.png) ![](https://x/b.png)\n```\n![c](d)\n```"));
    expect(body).toMatchObject({
      card: {
        body: { elements: [{ content: "[a](https://x/a.png) [https://x/b.png](https://x/b.png)\n```\n![c](d)\n```" }] },
      },
    });
  });

  test.each<[ReceiverKind, string]>([
    ["feishu", '<at user_id="all">all</at>'],
    ["wecom", "<@all>"],
    ["slack", "<!channel>"],
  ])("%s: words call nobody, cards whom they like", async (kind, mention) => {
    for (const content of [text(mention), markdown(`see ${mention}`)]) {
      expect(JSON.stringify((await write(kind, content)).body)).not.toMatch(/<at|<@|<!/);
    }
    const whole = { msgtype: "text", msg_type: "text", text: mention };
    expect(JSON.stringify((await write(kind, card(whole))).body)).toContain(JSON.stringify(mention));
  });
});

test.each([
  ["# Deploy **done**", "Deploy done"],
  ["---\n\n[Build 7](https://x.org) passed", "Build 7 passed"],
  ["```\n```", "Loong"],
  ["字".repeat(70), `${"字".repeat(59)}…`],
  ["👨‍👩‍👧 family", "👨‍👩‍👧 family"],
])("the title of %j is %j", (words, title) => {
  expect(titleOf(words)).toBe(title);
});

import { describe, expect, test } from "vitest";
import { accountSchema, baseUrlOf, credentialsOf } from "./config.ts";

const schema = accountSchema as { properties: Record<string, Record<string, unknown>> };

describe("the schema", () => {
  test.each(Object.keys(schema.properties))("tells people what %s is", (key) => {
    expect(schema.properties[key]).toMatchObject({
      title: expect.stringMatching(/\S/),
      description: expect.stringMatching(/\S/),
    });
  });

  test("marks what must never be shown", () => {
    const secrets = Object.entries(schema.properties).filter(([, property]) => property["secret"] === true);
    expect(secrets.map(([key]) => key)).toEqual(["appSecret", "encryptKey", "verificationToken"]);
  });

  test("asks for nothing that only webhooks need", () => {
    expect(accountSchema).not.toHaveProperty("required");
    expect(schema.properties["mode"]).toMatchObject({ default: "websocket" });
  });
});

describe("baseUrlOf", () => {
  test.each([
    ["feishu", undefined, "https://open.feishu.cn/"],
    ["lark", undefined, "https://open.larksuite.com/"],
    ["lark", "https://open.example.com///", "https://open.example.com/"],
    ["feishu", "https://open.example.com/gate/", "https://open.example.com/gate"],
    ["feishu", "http://127.0.0.1:8123", "http://127.0.0.1:8123/"],
    ["feishu", "http://[::1]:8123", "http://[::1]:8123/"],
  ] as const)("%s and %s lead to %s", (domain, baseUrl, expected) => {
    expect(baseUrlOf({ domain, ...(baseUrl === undefined ? {} : { baseUrl }) }).href).toBe(expected);
  });

  test.each([
    "http://open.feishu.cn",
    "http://127.0.0.1.evil.example",
    "https://user:word@open.feishu.cn",
    "https://open.feishu.cn?x=1",
    "ftp://open.feishu.cn",
    "open.feishu.cn",
  ])("%s is refused", (baseUrl) => {
    expect(() => baseUrlOf({ domain: "feishu", baseUrl })).toThrow(
      expect.objectContaining({ code: "FEISHU_BASE_URL" }),
    );
    expect(baseUrl).not.toMatch(new RegExp(String(schema.properties["baseUrl"]?.["pattern"])));
  });
});

describe("credentialsOf", () => {
  test("says which key and which variable are missing", () => {
    expect(() => credentialsOf({ appSecret: "s" }, "default")).toThrow("App ID not configured");
    expect(() => credentialsOf({ appId: "cli_1" }, "default")).toThrow("App secret not configured");
    const hint = (missing: () => unknown) => {
      try {
        return missing();
      } catch (error) {
        return (error as { hint: string }).hint;
      }
    };
    expect(hint(() => credentialsOf({ appId: "" }, "default"))).toMatch(/channels\.lark\.appId .*LARK_APP_ID/);
    expect(hint(() => credentialsOf({ appId: "cli_1" }, "work"))).toMatch(
      /channels\.lark\.accounts\.work\.appSecret .*LARK_APP_SECRET/,
    );
  });
});

import { describe, expect, test } from "vitest";
import { credentialsOf, websocketUrlOf } from "./config.ts";

describe("the address", () => {
  test.each(["wss://openws.work.weixin.qq.com", "wss://wecom.example.com/ws", "ws://127.0.0.1:8080", "ws://[::1]:1"])(
    "%s will do",
    (websocketUrl) => {
      expect(websocketUrlOf({ websocketUrl }).href.replace(/\/$/, "")).toBe(websocketUrl);
    },
  );

  test("empty is the official one", () => {
    expect(websocketUrlOf({ websocketUrl: "" }).host).toBe("openws.work.weixin.qq.com");
  });

  test.each([
    "ws://example.com",
    "http://127.0.0.1",
    "wss://user@example.com",
    "wss://example.com/?secret=x",
    "nonsense",
  ])("%s will not: the secret travels over it", (websocketUrl) => {
    expect(() => websocketUrlOf({ websocketUrl })).toThrow("not a wss address");
  });
});

describe("credentials", () => {
  test("that are missing are named with their place in the config", () => {
    const missing = (account: object, id: string) => {
      try {
        return credentialsOf(account, id);
      } catch (error) {
        return error;
      }
    };
    expect(missing({}, "default")).toMatchObject({
      code: "WECOM_BOT_ID_MISSING",
      outcome: "bad-credentials",
      hint: expect.stringContaining("channels.wecom.botId") as string,
    });
    expect(missing({ botId: "aib1" }, "work")).toMatchObject({
      code: "WECOM_SECRET_MISSING",
      hint: expect.stringContaining("channels.wecom.accounts.work.secret") as string,
    });
  });
});

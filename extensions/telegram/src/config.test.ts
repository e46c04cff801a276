import { describe, expect, test } from "vitest";
import { baseUrlOf, tokenOf } from "./config.ts";

const thrown = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
};

describe("the token", () => {
  test("begins with the bot's id", () => {
    expect(tokenOf({ botToken: " 123456:AA-bb_cc\n" }, "default")).toEqual({
      token: "123456:AA-bb_cc",
      botId: "123456",
    });
  });

  test("that is missing says where it belongs", () => {
    expect(thrown(() => tokenOf({}, "ops"))).toMatchObject({
      code: "TELEGRAM_TOKEN_MISSING",
      outcome: "bad-credentials",
      hint: expect.stringContaining("channels.telegram.accounts.ops.botToken"),
    });
  });

  test.each(["AA-bb", "123456", "123456:", "123456:a/../b", "123456:a?b"])(
    "%j is none, and is not repeated",
    (botToken) => {
      const error = thrown(() => tokenOf({ botToken }, "default")) as Error;
      expect(error).toMatchObject({ code: "TELEGRAM_TOKEN_FORM" });
      expect(error.message).not.toContain(botToken);
    },
  );
});

describe("the base URL", () => {
  test.each([
    [undefined, "https://api.telegram.org/"],
    ["", "https://api.telegram.org/"],
    ["https://bots.example.com/api//", "https://bots.example.com/api"],
    ["http://127.0.0.1:8081", "http://127.0.0.1:8081/"],
  ])("%j", (baseUrl, href) => {
    expect(baseUrlOf(baseUrl === undefined ? {} : { baseUrl }).href).toBe(href);
  });

  test.each(["http://bots.example.com", "ftp://x", "https://u:p@x.example", "https://x.example?a", "x"])(
    "%j would give the token away",
    (baseUrl) => {
      expect(thrown(() => baseUrlOf({ baseUrl }))).toMatchObject({ code: "TELEGRAM_BASE_URL" });
    },
  );
});

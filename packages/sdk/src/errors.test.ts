import { expect, expectTypeOf, test } from "vitest";
import { defineErrors, isLoongError, LoongError, problemOf } from "./errors.ts";

const errors = defineErrors({
  CHAT_REFUSED: {
    message: (room: string) => `Room ${room} refused the message.`,
    hint: (room: string) => `Invite the bot to ${room}.`,
    outcome: "rejected",
  },
  CHAT_FULL: {
    message: (room: string) => `Room ${room} is full.`,
    hint: (_room: string, limit: number) => `It takes ${limit}.`,
  },
  CHAT_DOWN: { message: "The platform is down.", hint: "Wait.", outcome: "not-sent" },
});

test("a row becomes an error with its code, words, hint and outcome", () => {
  const cause = new Error("inner");
  const error = errors.CHAT_REFUSED(["ops"], { cause });
  expect(error).toBeInstanceOf(LoongError);
  expect(error).toMatchObject({
    code: "CHAT_REFUSED",
    message: "Room ops refused the message.",
    hint: "Invite the bot to ops.",
    outcome: "rejected",
    cause,
  });
});

test("the case may know more than the table", () => {
  expect(errors.CHAT_DOWN([], { retryAfterMs: 500 })).toMatchObject({ outcome: "not-sent", retryAfterMs: 500 });
  expect(errors.CHAT_DOWN([], { outcome: "unknown" }).outcome).toBe("unknown");
});

test("as plain data it leaves its cause behind", () => {
  const plain = JSON.stringify(errors.CHAT_DOWN([], { cause: new Error("token=secret") }));
  expect(JSON.parse(plain)).toEqual({
    code: "CHAT_DOWN",
    message: "The platform is down.",
    hint: "Wait.",
    outcome: "not-sent",
  });
});

test("is recognised across copies of this package", () => {
  expect(isLoongError(Object.assign(new Error("x"), { name: "LoongError", code: "A" }))).toBe(true);
  expect(isLoongError(new Error("x"))).toBe(false);
});

test("the table lists its codes and types its arguments", () => {
  expect(errors.codes).toEqual(["CHAT_REFUSED", "CHAT_FULL", "CHAT_DOWN"]);
  expectTypeOf(errors.CHAT_REFUSED).parameter(0).toEqualTypeOf<[room: string]>();
  expectTypeOf(errors.CHAT_FULL).parameter(0).toEqualTypeOf<[room: string, limit: number]>();
  expectTypeOf(errors.CHAT_DOWN).parameter(0).toEqualTypeOf<readonly []>();
});

test("of an error, a report holds what the operator may read", () => {
  const error = errors.CHAT_REFUSED(["ops"], { cause: new Error("inner"), retryAfterMs: 5 });
  expect(problemOf(error)).toEqual({
    code: "CHAT_REFUSED",
    message: "Room ops refused the message.",
    hint: "Invite the bot to ops.",
  });
  expect(problemOf(new LoongError("CHAT_ODD", "Odd."))).toEqual({ code: "CHAT_ODD", message: "Odd." });
});

test("what no table knows is not reported, but thrown on", () => {
  const fault = new TypeError("undefined is not a function");
  expect(() => problemOf(fault)).toThrow(fault);
});

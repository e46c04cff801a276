import { expect, test } from "vitest";
import { targetOf } from "./target.ts";

const nobody = () => undefined;

test.each([
  ["user:zhangsan", "zhangsan", "direct", true],
  ["single:zhangsan", "zhangsan", "direct", true],
  ["group:wr1", "wr1", "group", true],
  ["chat:wr1", "wr1", "group", true],
  [" ZhangSan ", "ZhangSan", "direct", false],
  ["wrkSFfCgAAbcdefghijklmnopqrstuvw", "wrkSFfCgAAbcdefghijklmnopqrstuvw", "group", false],
  ["wright", "wright", "direct", false],
])("%s", (to, id, type, isSure) => {
  expect(targetOf(to, nobody)).toEqual({ id, type, isSure });
});

test("what is known is not guessed", () => {
  expect(targetOf("group_demo", (id) => (id === "group_demo" ? "group" : undefined))).toEqual({
    id: "group_demo",
    type: "group",
    isSure: true,
  });
});

import { expect, test } from "vitest";
import { writeMentions } from "./mention.ts";

const person = "ou_686b51d46cc2ea20062da3e6deae2c66";

test("writes people in the form of the message", () => {
  const text = `<at user_id="${person}">Ann</at> look`;
  expect(writeMentions(text, "card")).toBe(`<at id=${person}></at> look`);
  expect(writeMentions(text, "text")).toBe(text);
  expect(writeMentions(`<at id=${person}></at> look`, "text")).toBe(`<at user_id="${person}"></at> look`);
});

test.each([
  '<at user_id="all">everyone</at>',
  "<at id=all></at>",
  '<AT user_id="all"></AT>',
  '<at user_id="all">',
  '<at\nuser_id="all"></at>',
  `<at user_id="${person}" id="all"></at>`,
  "<at email=a@b.c></at>",
  '<at ids="a,b"></at>',
])("calls nobody else: %s", (text) => {
  for (const form of ["card", "text"] as const) expect(writeMentions(text, form)).not.toMatch(/<at/i);
});

test("leaves other words alone", () => {
  expect(writeMentions("a < b, <atlas>, @all", "text").replaceAll("\u2060", "")).toBe("a < b, <atlas>, @all");
  expect(writeMentions("<b>bold</b>", "text")).toBe("<b>bold</b>");
});

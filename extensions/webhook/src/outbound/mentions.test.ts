import { expect, test } from "vitest";
import { withoutMentions } from "./mentions.ts";

test.each(['<at user_id="all">x</at>', "<AT id=all></AT>", "<@zhangsan>", "<!channel>"])("%s calls nobody", (text) => {
  const safe = withoutMentions(text);
  expect(safe).not.toMatch(/<[@!]|<\/?at/i);
  expect(safe.replaceAll("\u2060", ""), "looks the same").toBe(text);
});

test.each(["a < b", "<attach>", "<b>", "mail@example.com"])("%s stays as it is", (text) => {
  expect(withoutMentions(text)).toBe(text);
});

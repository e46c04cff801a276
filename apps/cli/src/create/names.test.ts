import { describe, expect, test } from "vitest";
import { idFault, labelFault, packageNameFault, suggestedId, suggestedLabel } from "./names.ts";

test.each([
  ["my-channel", "my-channel", "My Channel"],
  ["@acme/loong-chat", "chat", "Chat"],
  ["loong-channel-acme", "acme", "Acme"],
  ["loong", "loong", "Loong"],
  ["team.chat", "team-chat", "Team Chat"],
])("of the package %s, id and label are likely %s and %s", (packageName, id, label) => {
  expect(suggestedId(packageName)).toBe(id);
  expect(suggestedLabel(id)).toBe(label);
  expect([packageNameFault(packageName), idFault(id), labelFault(label)]).toEqual([undefined, undefined, undefined]);
});

describe("refused, because the package would not work", () => {
  test.each(["", "Acme", "a/b", "../up", "@acme", "@acme/", "a b", ".hidden", "a".repeat(215)])(
    "the package %j",
    (name) => {
      expect(packageNameFault(name)).toContain("lower-case");
    },
  );

  test.each(["", "Acme", "9chat", "a--b", "chat-", "a_b", "__proto__", "a".repeat(33)])("the id %j", (id) => {
    expect(idFault(id)).toContain("lower-case");
  });

  test.each(["", "  ", 'say "hi"', "it's", "`code`", "$HOME", "a\\b", "two\nlines", "<b>", "a|b", "x".repeat(61)])(
    "the label %j",
    (label) => {
      expect(labelFault(label)).toContain("without quotes");
    },
  );
});

import { expect, test } from "vitest";
import { targetOf } from "./target.ts";

test.each([
  ["oc_62f029a341924f299a9cccf08b65eafa", "chat_id"],
  ["ou_686b51d46cc2ea20062da3e6deae2c66", "open_id"],
  ["on_94a1ee5551019f18cd73d9f111898cf2", "union_id"],
  ["ann@example.com", "email"],
  ["e33ggbyz", "user_id"],
])("%s is a %s", (to, type) => {
  expect(targetOf(to, "user_id")).toEqual({ type, id: to });
});

test("the form of an id counts more than the setting", () => {
  expect(targetOf(" ou_686b51d46cc2ea20062da3e6deae2c66 ", "chat_id").type).toBe("open_id");
});

import { expect, test } from "vitest";
import { type Bearer, checkTwins } from "./twins.ts";

const bearer = (account: string, known: Partial<Bearer> = {}): Bearer => ({
  channel: "relay",
  account,
  configPath: `channels.relay.accounts.${account}`,
  ...known,
});

test.each([
  ["the same secrets", { credentials: "f1" }, { credentials: "f1" }, "same credentials"],
  [
    "the same bot, whatever the secrets",
    { credentials: "f1", identity: "bot-1" },
    { credentials: "f2", identity: "bot-1" },
    "both are bot-1",
  ],
])("%s under two names", (_name, one, other, why) => {
  const [check, ...more] = checkTwins([bearer("a", one), bearer("b", other)]);
  expect(more).toEqual([]);
  expect(check).toMatchObject({ id: "account.relay.b.twin", level: "warn" });
  expect(check?.detail).toContain("channels.relay.accounts.a and channels.relay.accounts.b");
  expect(check?.detail).toContain(why);
  expect(check?.hint).toContain("channels.relay.accounts.b.enabled false");
});

test.each([
  ["other secrets", { credentials: "f1" }, { credentials: "f2" }],
  ["nothing known", {}, {}],
  ["another channel", { credentials: "f1" }, { credentials: "f1", channel: "horn" }],
])("%s: two accounts", (_name, one, other) => {
  expect(checkTwins([bearer("a", one), bearer("b", other)])).toEqual([]);
});

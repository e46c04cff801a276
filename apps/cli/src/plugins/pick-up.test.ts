import { expect, test } from "vitest";
import { type PickUp, pickUpLines } from "./pick-up.ts";

const quiet = { added: [], removed: [], replaced: [], needsRestart: [], accounts: [] };

test.each<[string, PickUp, string[]]>([
  ["no gateway", null, []],
  ["nothing to do", quiet, ["The running gateway knows; no connection was touched."]],
  [
    "accounts",
    { ...quiet, replaced: ["acme"], accounts: ["acme/default"] },
    ["The running gateway took it over: acme/default. No other connection was touched."],
  ],
  [
    "code that cannot be taken out of a process",
    { ...quiet, needsRestart: ["acme"], accounts: [] },
    [
      "The running gateway goes on with the code it has loaded of acme; `loong gateway restart` makes it use the new one.",
    ],
  ],
  [
    "a refusal",
    { problem: { code: "GATEWAY_SELECTOR_CHANNEL", message: "There is no channel.", hint: "Look." } },
    [
      "The running gateway did not take it over: There is no channel. Look.",
      "`loong gateway restart` makes it start with the plugins as they are now.",
    ],
  ],
])("after %s, the operator knows what the gateway made of it", (_, pickUp, lines) => {
  expect(pickUpLines(pickUp)).toEqual(lines);
});

import { createRequire } from "node:module";
import { channelConformance } from "@loong/testkit";
import { describe } from "vitest";
import { conformances } from "./conformance.ts";

// Loaded before any case begins: the first ones would spend half of their patience on it, on a busy machine all of it.
createRequire(import.meta.url)("@larksuiteoapi/node-sdk");

// Each case has a platform of its own, and does little but wait for it.
describe.concurrent("side by side", () => {
  for (const each of conformances) channelConformance(each);
});

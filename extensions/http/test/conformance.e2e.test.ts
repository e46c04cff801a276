import { channelConformance } from "@loong/testkit";
import { describe } from "vitest";
import { conformances } from "./conformance.ts";

// Each case has a platform of its own, and does little but wait for it.
describe.concurrent("side by side", () => {
  for (const each of conformances) channelConformance(each);
});

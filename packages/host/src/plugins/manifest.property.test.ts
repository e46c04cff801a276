import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { contractFault } from "./contract.ts";
import { manifestFault } from "./manifest.ts";

const { loong: proper } = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../../../extensions/agent-echo/package.json"), "utf8"),
) as { loong: Record<string, unknown> };

test("a block of any shape is a manifest or has a fault in words", () => {
  expect(manifestFault(proper)).toBeUndefined();
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(proper), "text", "target"), fc.jsonValue(), (key, value) => {
      expect(typeof manifestFault({ ...proper, [key]: value })).toMatch(/string|undefined/);
      expect(typeof manifestFault(value)).toMatch(/string|undefined/);
    }),
    { numRuns: 1_000 },
  );
});

test("a contract of any shape fits or has one of three codes", async () => {
  const codes = new Set([undefined, "PLUGIN_CONTRACT_INVALID", "PLUGIN_CONTRACT_TOO_OLD", "PLUGIN_CONTRACT_TOO_NEW"]);
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.jsonValue(), fc.stringMatching(/^[\^~<>=]{0,2}\d{1,3}(\.\d{1,3}){0,3}/)),
      async (range) => {
        expect(codes).toContain((await contractFault("@acme/horn", range))?.code);
      },
    ),
    { numRuns: 300 },
  );
});

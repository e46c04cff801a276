import fc from "fast-check";
import { expect, test } from "vitest";
import { scratch } from "../test/scratch.ts";
import { configErrors } from "./errors.ts";
import { interpretText } from "./read.ts";
import type { ConfigFormat } from "./types.ts";

/** Every UTF-16 unit, halves of pairs included. */
const anyUnit = fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit));

const GOOD: Readonly<Record<ConfigFormat, string>> = {
  yaml: 'gateway: {port: 1234}\nchannels:\n  lark:\n    appId: cli_1 # id\n    allowFrom: ["ou_1", 7]\n    groups: {oc_1: {requireMention: true}}\n',
  json: '{"gateway": {"port": 1234}, "channels": {"lark": {"appId": "cli_1", "allowFrom": ["ou_1", 7]}}} // end\n',
  toml: '[gateway]\nport = 1234\n[channels.lark]\nappId = "cli_1"\nallowFrom = ["ou_1"]\n[channels.lark.accounts.work]\nappSecret = { env = "S" }\n',
};

const edit = fc.record({
  at: fc.nat(),
  cut: fc.nat(12),
  put: fc.oneof(
    fc.string({ unit: anyUnit, maxLength: 4 }),
    fc.constantFrom("[", "{", '"', "'", "\n", "#", "__proto__", "*a", "&a ", "1e999"),
  ),
});
const known = new Set<string>(configErrors.codes);

test.each(["yaml", "json", "toml"] as const)(
  "%s of any kind is read, and each problem has its code and place",
  { timeout: 60_000 },
  async (format) => {
    const home = scratch(undefined);
    const file = { path: home.file, format, exists: true };
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        let text = GOOD[format];
        for (const { at, cut, put } of edits) {
          const start = at % (text.length + 1);
          text = text.slice(0, start) + put + text.slice(start + cut);
        }
        const { problems } = await interpretText(file, text, { ...home.edit, env: {} });
        for (const { code, message, hint, file: where, line, path } of problems) {
          expect(known).toContain(code);
          expect([message, hint, where].every((words) => words !== "")).toBe(true);
          expect(line !== undefined || path !== undefined).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  },
);

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCorpus } from "./campaign.ts";
import { type Json, readFixtures } from "./fixture.ts";
import { houseGroups, looseGroups } from "./groups.ts";
import { runMutations } from "./mutations.ts";

const groups = [...Object.keys(houseGroups), ...Object.keys(looseGroups)];

test("every bad input gives exactly its outcome, and the next good one is taken", { timeout: 400_000 }, async () => {
  const { verdicts, faults } = await runCorpus("");
  expect(verdicts.filter((verdict) => verdict.faults.length > 0).map(({ id, faults }) => ({ id, faults }))).toEqual([]);
  expect(faults).toEqual([]);
  expect(verdicts.length).toBeGreaterThan(1_100);
});

test("400 mutations of proper events: refused or taken, never a failure", { timeout: 200_000 }, async () => {
  const { answers, faults } = await runMutations(100, 1);
  expect(faults).toEqual([]);
  expect(Object.values(answers).reduce((sum, count) => sum + count, 0)).toBe(400);
});

test("every error code that an operator can meet is one of the documented", () => {
  const page = readFileSync(join(import.meta.dirname, "../docs/errors.md"), "utf8");
  const codes = new Set(groups.flatMap(readFixtures).flatMap(({ expect }) => codesIn(expect)));
  const undocumented = [...codes].filter((code) => !page.includes(`\`${code}\``));
  expect(undocumented).toEqual([]);
  expect(codes.size).toBeGreaterThan(50);
});

const CODE =
  /\b(?:CLI|CONFIG|CONTROL|FEISHU|GATEWAY|HOST|INSTALL|ISOLATION|JOURNAL|LLM|PLUGIN|TELEGRAM|WECOM)_[A-Z_]+\b/g;

function codesIn(value: Json): readonly string[] {
  if (typeof value === "string") return value.match(CODE) ?? [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(codesIn);
}

import { join } from "node:path";
import { expect, test } from "vitest";
import { tempDir } from "../../test/temp-dir.ts";
import { readCrashes, recordCrash } from "./crashes.ts";
import { safeModeErrors } from "./errors.ts";
import { considerSafeMode } from "./safe-mode.ts";

function afterCrashes(...atMs: readonly number[]) {
  const crashFile = join(tempDir(), "crashes.json");
  for (const at of atMs) recordCrash(crashFile, "Error at x", at);
  const start = (refused = false) => considerSafeMode({ crashFile, last: undefined, refused, nowMs: 10 });
  return { crashFile, start };
}

test("is on after three crashes, until it is left, and then forgotten", () => {
  const { crashFile, start } = afterCrashes(1, 2, 3);
  const safeMode = start();
  expect(safeMode.reason).toMatchObject({ code: "HOST_SAFE_MODE", outcome: "not-sent" });
  expect([safeMode.leave(), safeMode.leave(), safeMode.reason]).toEqual([true, false, undefined]);
  expect(readCrashes(crashFile)).toEqual([]);
});

test("an excuse lasts for one life", () => {
  const { crashFile, start } = afterCrashes(1, 2, 3);
  const excused = start();
  excused.excuse();
  expect(excused.reason).toBeUndefined();
  recordCrash(crashFile, "Error at y", 9);
  expect(start().reason?.message).toContain("Error at y");
});

test("is on from the moment the journal is found to be damaged, until it is left", () => {
  const safeMode = afterCrashes().start(true);
  const damage = safeModeErrors.HOST_JOURNAL_DAMAGED(["it is damaged: row 7 is missing."]);
  safeMode.enter(damage);
  expect([safeMode.reason, safeMode.leave(), safeMode.reason]).toEqual([damage, true, undefined]);
});

test("an operator who refuses it begins anew", () => {
  const { start } = afterCrashes(1, 2, 3);
  expect(start(true).reason).toBeUndefined();
  expect(start().reason).toBeUndefined();
});

import { expect, test } from "vitest";
import { conformanceReport } from "./conformance-report.ts";

const SUITE = "chat keeps the promises of a channel";

function report(success: boolean, ...tests: readonly (readonly [suite: string, title: string, status: string])[]) {
  const assertionResults = tests.map(([suite, title, status]) => ({ ancestorTitles: [suite], title, status }));
  return conformanceReport({ success, testResults: [{ name: "a.test.ts", status: "passed", assertionResults }] });
}

test("duties are told from other tests, and what was skipped from what cannot apply", () => {
  expect(
    report(
      false,
      [SUITE, "send-shows-once: a message is shown once", "passed"],
      [SUITE, "probe-refuses: probe is not ok with wrong credentials", "failed"],
      [SUITE, "send-rate-limited: a rate limit (skipped: there is none)", "skipped"],
      [SUITE, "webhook-forged: a forged request", "skipped"],
      ["parsing", "takes the mention out", "failed"],
    ),
  ).toEqual({
    suites: [SUITE],
    kept: 1,
    broken: ["probe-refuses: probe is not ok with wrong credentials"],
    skipped: ["send-rate-limited: a rate limit (skipped: there is none)"],
    notApplicable: 1,
    otherFailures: 1,
    success: false,
  });
});

test("a channel with two ways in has two suites, and an agent has one of its own", () => {
  const { suites } = report(
    true,
    [`${SUITE} over webhooks`, "close-twice: close", "passed"],
    [`${SUITE} over a connection`, "close-twice: close", "passed"],
    ["parrot keeps the promises of an agent", "run: answers", "passed"],
  );
  expect(suites).toHaveLength(3);
});

test("tests that look at nothing of it are no suite", () => {
  expect(report(true, ["adding", "one and one are two", "passed"])).toMatchObject({ suites: [], kept: 0 });
});

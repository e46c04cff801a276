/** What of vitest's JSON report is looked at. */
export interface TestReport {
  readonly success: boolean;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly TestResult[];
  }[];
}

interface TestResult {
  readonly ancestorTitles: readonly string[];
  readonly title: string;
  readonly status: string;
}

/** How the duties of a plugin came out, over all suites that look at them. */
export interface ConformanceReport {
  /** Titles of the suites: a channel with two ways to receive has two. */
  readonly suites: readonly string[];
  readonly kept: number;
  readonly broken: readonly string[];
  /** Those the author skipped, with the reason in the title. */
  readonly skipped: readonly string[];
  /** Those that leave themselves out: there is nothing to look at. */
  readonly notApplicable: number;
  /** Tests that failed and are no duties. */
  readonly otherFailures: number;
  readonly success: boolean;
}

const SUITE = / keeps the promises of an? (?:channel|agent)/u;
const SKIPPED_BY_AUTHOR = /\(skipped: .+\)$/u;

export function conformanceReport({ success, testResults }: TestReport): ConformanceReport {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const duties = tests.filter(({ ancestorTitles }) => ancestorTitles.some((title) => SUITE.test(title)));
  const others = tests.filter((test) => !duties.includes(test));
  const idle = duties.filter(({ status }) => status !== "passed" && status !== "failed");
  const skipped = idle.filter(({ title }) => SKIPPED_BY_AUTHOR.test(title));
  return {
    suites: [...new Set(duties.map(({ ancestorTitles }) => ancestorTitles.find((title) => SUITE.test(title)) ?? ""))],
    kept: duties.filter(({ status }) => status === "passed").length,
    broken: duties.filter(({ status }) => status === "failed").map(({ title }) => title),
    skipped: skipped.map(({ title }) => title),
    notApplicable: idle.length - skipped.length,
    otherFailures: others.filter(({ status }) => status === "failed").length,
    success,
  };
}

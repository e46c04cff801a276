import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// Tests run the sources: workspace packages resolve through the `@loong/source` condition, in the test process and in
// every child process a test starts.
const conditions = ["@loong/source", "node", "import", "module", "default"];

/** Begun last, any of these would go on alone when all else is done. */
const LONGEST = [
  "apps/cli/test/create.e2e.test.ts",
  "apps/cli/test/registry.e2e.test.ts",
  "soak/soak.e2e.test.ts",
  "packages/journal/src/simulation.test.ts",
  "apps/cli/test/broken-state.e2e.test.ts",
  "crash/crash.e2e.test.ts",
  "scripts/sim/sim.test.ts",
  "apps/cli/test/author.e2e.test.ts",
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const longest = LONGEST.flatMap((name) => sorted.filter(({ moduleId }) => moduleId.endsWith(`/${name}`)));
    return [...new Set([...longest, ...sorted])];
  }
}

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    globalSetup: "scripts/compile-cache.ts",
    sequence: { sequencer: LongestFirst },
    // Most tests wait for sockets and processes most of the time: two cores are busy with four at once.
    maxWorkers: Math.max(4, availableParallelism() - 1),
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: [
            "packages/*/src/**/*.test.ts",
            "extensions/*/src/**/*.test.ts",
            "apps/*/src/**/*.test.ts",
            "scripts/**/*.test.ts",
            "crash/**/*.test.ts",
          ],
          exclude: ["**/node_modules/**", "**/*.e2e.test.ts"],
          // No module keeps state: the files of one worker can share what they import.
          isolate: false,
          testTimeout: 15_000,
          expect: { poll: { timeout: 10_000 } },
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["{packages,extensions,apps}/*/{src,test}/**/*.e2e.test.ts", "{soak,crash,corpus}/*.e2e.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // One look at a gateway starts a process; on a busy machine that alone can take a second.
          expect: { poll: { timeout: 20_000 } },
        },
      },
    ],
  },
});

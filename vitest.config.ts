import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// Tests run the sources: workspace packages resolve through the `@loong/source` condition, in the test process and in
// every child process a test starts.
const conditions = ["@loong/source", "node", "import", "module", "default"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
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
          testTimeout: 15_000,
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

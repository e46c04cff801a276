import { defineConfig } from "vitest/config";

// For `vitest` and `loong plugins test` in this folder: many tests wait for sockets, and some for processes.
export default defineConfig({
  test: { testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 20_000 } } },
});

import { expect, test } from "vitest";
import { checkNode } from "./node-version.ts";

test.each([
  ["24.21.0", "warn"],
  ["24.22.0", "warn"],
  ["24.22.1", "ok"],
  ["24.30.0", "ok"],
  ["25.9.0", "ok"],
  ["26.0.0", "warn"],
  ["26.12.1", "ok"],
  ["27.0.0", "ok"],
])("Node %s is %s", (version, level) => expect(checkNode(version).level).toBe(level));

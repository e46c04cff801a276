import { expect, test } from "vitest";
import { lookAlike, officialTwin } from "./names.ts";

test.for([
  ["@looong/horn", "@loong/horn"],
  ["@1oong/horn", "@loong/horn"],
  ["@l00ng/horn", "@loong/horn"],
  ["@lo-ong/horn", "@loong/horn"],
  ["@laong/horn", "@loong/horn"],
  ["@olong/horn", "@loong/horn"],
  ["loong-horn", "@loong/horn"],
  ["loonghorn", "@loong/horn"],
  ["@loong/horn", undefined],
  ["@acme/horn", undefined],
  ["@acme/loong-horn", undefined],
  ["horn", undefined],
] as const)("%s may pass for %s", ([name, twin]) => {
  expect(officialTwin(name)).toBe(twin);
});

test.for([
  ["@acme/horns", "@acme/horn"],
  ["@acme/hron", "@acme/horn"],
  ["@acme/h0rn", "@acme/horn"],
  ["acme-horn", "@acme/horn"],
  ["@acme/hom", "@acme/horn"],
  ["@acme/horn", undefined],
  ["@acme/trumpet", undefined],
  ["@other/horn", undefined],
] as const)("%s looks like %s", ([name, twin]) => {
  expect(lookAlike(name, ["@acme/horn"])).toBe(twin);
});

import { describe, expect, test } from "vitest";
import { parseSpec } from "./spec.ts";

const parse = (spec: string) => parseSpec(spec, { HOME: "/home/ann" }, "/work");

test.for([
  ["horn", { from: "registry", name: "horn", wanted: "latest" }],
  ["@acme/horn", { from: "registry", name: "@acme/horn", wanted: "latest" }],
  ["@acme/horn@1.2.3", { from: "registry", name: "@acme/horn", wanted: "1.2.3" }],
  ["horn@^1", { from: "registry", name: "horn", wanted: "^1" }],
  ["@acme/horn@next", { from: "registry", name: "@acme/horn", wanted: "next" }],
  ["./horn", { from: "directory", path: "/work/horn" }],
  ["../horn", { from: "directory", path: "/horn" }],
  ["file:./horn", { from: "directory", path: "/work/horn" }],
  ["~/horn", { from: "directory", path: "/home/ann/horn" }],
  ["/srv/horn-1.0.0.tgz", { from: "tarball", path: "/srv/horn-1.0.0.tgz" }],
  ["horn-1.0.0.tgz", { from: "tarball", path: "/work/horn-1.0.0.tgz" }],
] as const)("%s", ([spec, expected]) => {
  expect(parse(spec)).toEqual(expected);
});

describe("refuses", () => {
  test.for([
    "",
    "Horn",
    "horn@",
    "@acme",
    "a/b/c",
    "acme/horn",
    "git+https://example.com/horn.git",
    "https://example.com/horn.tgz",
    "github:acme/horn",
    "horn@npm:other",
    "horn#main",
    "-g",
    "--registry=x",
    "node_modules",
  ])("%j", (spec) => {
    expect(() => parse(spec)).toThrow(expect.objectContaining({ code: "INSTALL_SPEC_INVALID" }));
  });
});

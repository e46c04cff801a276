import { readFileSync } from "node:fs";
import * as sdk from "@loong/sdk";
import { expect, test } from "vitest";
import { renderSdkReference, SDK_REFERENCE, sdkDeclarations } from "./sdk-reference.ts";

const declarations = [...sdkDeclarations().values()].flat();

test("the page of the contract and its docstrings agree; `pnpm sdk-reference` writes it", () => {
  expect(readFileSync(SDK_REFERENCE, "utf8")).toBe(renderSdkReference());
});

test("no name that the package gives at run time is missing, and none is there twice", () => {
  const names = declarations.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(Object.keys(sdk)));
  expect(new Set(names).size).toBe(names.length);
});

test("every name has a docstring", () => {
  expect(declarations.filter(({ doc }) => doc === "").map(({ name }) => name)).toEqual([]);
});

test("a signature has no body", () => {
  const signature = (name: string) => declarations.find((one) => one.name === name)?.signature ?? "";
  expect(signature("isLoongError")).toBe("function isLoongError(error: unknown): error is LoongError;");
  expect(signature("LoongError")).toContain("  toJSON(): SerializedError;\n}");
  expect(signature("LoongError")).not.toContain("super(");
});

import { expect, test } from "vitest";
import { tableLines } from "./table.ts";

test("aligns columns whose characters are two cells wide", () => {
  expect(
    tableLines(
      ["NAME", "STATE"],
      [
        ["飞书", "on"],
        ["abcdef", "off"],
      ],
    ),
  ).toEqual(["NAME    STATE", "飞书    on", "abcdef  off"]);
});

test("colour takes no room", () => {
  const green = "\u001B[32mok\u001B[39m";
  expect(
    tableLines(
      ["A", "B"],
      [
        [green, "x"],
        ["long", "y"],
      ],
    ),
  ).toEqual(["A     B", `${green}    x`, "long  y"]);
});

test("leaves out a column nobody filled, keeps the titles of an empty table", () => {
  expect(tableLines(["A", "B", "C"], [["1", "", "3"]])).toEqual(["A  C", "1  3"]);
  expect(tableLines(["A", "B"], [])).toEqual(["A  B"]);
});

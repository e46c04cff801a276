import { expect, test } from "vitest";
import { createRecent } from "./recent.ts";

test("remembers the last entries, and not everything before them", () => {
  const recent = createRecent<number>(10);
  for (let n = 0; n < 100; n++) {
    recent.set(`k${n}`, n);
    const remembered = Array.from({ length: n + 1 }, (_, index) => index).filter(
      (index) => recent.get(`k${index}`) === index,
    );
    expect(remembered.slice(-10)).toEqual(
      Array.from({ length: Math.min(n + 1, 10) }, (_, index) => Math.max(0, n - 9) + index),
    );
    expect(remembered.length).toBeLessThanOrEqual(20);
  }
});

test("gives the last value of a key", () => {
  const recent = createRecent<number>(2);
  for (const value of [1, 2, 3]) {
    recent.set("key", value);
    recent.set(`other ${value}`, 0);
    expect(recent.get("key")).toBe(value);
  }
});

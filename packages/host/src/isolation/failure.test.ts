import { LoongError } from "@loong/sdk";
import { expect, test } from "vitest";
import { failureFacts, reviveFailure } from "./failure.ts";

const cross = (error: unknown): Error => reviveFailure(JSON.parse(JSON.stringify(failureFacts(error))));

test("a LoongError comes back as what it was, without its cause", () => {
  const facts = { hint: "Wait.", outcome: "not-sent", retryAfterMs: 3_000 } as const;
  const error = cross(new LoongError("ACME_BUSY", "Acme is busy.", { ...facts, cause: new Error("secret") }));
  expect(error).toBeInstanceOf(LoongError);
  expect(error).toMatchObject({ code: "ACME_BUSY", message: "Acme is busy.", ...facts });
  expect(error.cause).toBeUndefined();
});

test("any other error keeps its name and cannot pass for a LoongError", () => {
  expect(cross(new RangeError("off"))).toMatchObject({ name: "RangeError" });
  const liar = Object.assign(new Error("x"), { name: "LoongError" });
  expect(cross(liar)).not.toHaveProperty("code");
  expect(cross(liar).name).toBe("Error");
  expect(cross("a text").name).toBe("string");
});

test.each([
  ["nothing", undefined],
  ["a code that is none", { loong: { code: "drop table", message: "x" } }],
  ["a code that is no text", { loong: { code: 7 } }],
])("%s becomes an error without a code", (_what, facts) => {
  expect(reviveFailure(facts)).not.toHaveProperty("code");
});

test("an outcome that is not one is left out, and texts are bounded", () => {
  const facts = { code: "ACME_X", message: "x".repeat(10_000), outcome: "toString", retryAfterMs: -1 };
  const error = reviveFailure({ loong: facts }) as LoongError;
  expect(error.message.length).toBe(2_000);
  expect([error.outcome, error.retryAfterMs]).toEqual([undefined, undefined]);
});

import { expect, test } from "vitest";
import type { Written } from "../soak/platform.ts";
import type { StoredMessage } from "./stored.ts";
import { judge } from "./verdict.ts";

const keyed = { channel: "keyed", mostCopies: 1, written: () => new Map<string, Written>() };
const unkeyed = {
  channel: "unkeyed",
  mostCopies: 2,
  written: () =>
    new Map([
      ["before", { atMs: 990, connection: "c2" }],
      ["on the wire", { atMs: 1_000, connection: "c2" }],
    ]),
};
const endsAtMs = [500, 1_040];

function stored(...texts: readonly string[]): ReadonlyMap<string, StoredMessage> {
  const rows = texts.map((text, index): StoredMessage => ({
    seq: index + 1,
    lane: "room",
    text,
    receivedAtMs: 0,
    state: "done",
    crashes: 0,
    ambiguous: 0,
    part: "sent",
    notice: null,
  }));
  return new Map(rows.map((row) => [row.text, row]));
}

test("what is stored and was never seen is lost, whatever the journal says", () => {
  const evidence = { said: ["a", "b"], answers: ["a"], stored: stored("a", "b"), hits: new Map(), endsAtMs };
  expect(judge(keyed, evidence)).toMatchObject({ answered: 1, lost: ["b: sent"] });
});

test("a second copy needs a fault that hit its send, and a platform without keys", () => {
  const twice = { said: ["a"], answers: ["a", "a"], stored: stored("a"), endsAtMs };
  expect(judge(unkeyed, { ...twice, hits: new Map() }).tooOften).toEqual(["a: 2 times after 0 faults"]);
  expect(judge(unkeyed, { ...twice, hits: new Map([[1, 1]]) })).toMatchObject({ tooOften: [], twice: 1 });
  expect(judge(keyed, { ...twice, hits: new Map([[1, 1]]) }).tooOften).toEqual(["a: 2 times after 1 faults"]);
  expect(judge(unkeyed, { ...twice, answers: ["a", "a", "a"], hits: new Map([[1, 2]]) }).tooOften).toHaveLength(1);
});

test("unknown is an honest end only after two faults and without keys", () => {
  const [row] = stored("a").values();
  const unknown = new Map([["a", { ...row, part: "unknown" } as StoredMessage]]);
  const evidence = { said: ["a"], answers: [], stored: unknown, endsAtMs };
  expect(judge(unkeyed, { ...evidence, hits: new Map([[1, 2]]) })).toMatchObject({ toldUnknown: 1, lost: [] });
  expect(judge(unkeyed, { ...evidence, hits: new Map([[1, 1]]) }).lost).toEqual(["a: unknown"]);
  expect(judge(keyed, { ...evidence, hits: new Map([[1, 2]]) }).lost).toEqual(["a: unknown"]);
});

test("who is given up after three deaths has been told so", () => {
  const [row] = stored("a").values();
  const dead = { ...row, state: "dead", crashes: 3, part: null } as StoredMessage;
  const evidence = { said: ["a"], answers: [], hits: new Map(), endsAtMs };
  const told = new Map([["a", { ...dead, notice: "sent" } as const]]);
  expect(judge(keyed, { ...evidence, stored: told })).toMatchObject({ givenUp: 1, lost: [] });
  expect(judge(keyed, { ...evidence, stored: new Map([["a", dead]]) }).lost).toEqual(["a: dead"]);
});

test("only what was never stored, and was written just before a kill, can have been swallowed", () => {
  const evidence = { said: ["before", "on the wire"], answers: ["before"], hits: new Map(), endsAtMs };
  expect(judge(unkeyed, { ...evidence, stored: stored("before") })).toMatchObject({
    swallowed: 1,
    swallowedWithinMs: 40,
    lost: [],
  });
  expect(judge(unkeyed, { ...evidence, stored: stored("before", "on the wire") }).lost).toEqual(["on the wire: sent"]);
  const lived = { ...evidence, stored: stored("before"), endsAtMs: [500, 9_000] };
  expect(judge(unkeyed, lived)).toMatchObject({ swallowed: 0, lost: ["on the wire: never stored"] });
});

test("who stored what came behind a message had read that one too", () => {
  const evidence = { said: ["before", "on the wire"], answers: ["on the wire"], hits: new Map(), endsAtMs };
  expect(judge(unkeyed, { ...evidence, stored: stored("on the wire") }).lost).toEqual(["before: never stored"]);
});

test("what a reader that outlived its gateway took is not charged to the next one", () => {
  const written = () =>
    new Map([
      ["read", { atMs: 1_000, connection: "c2" }],
      ["too late", { atMs: 1_045, connection: "c2" }],
      ["next", { atMs: 1_200, connection: "c3" }],
    ]);
  const evidence = { said: ["read", "too late", "next"], answers: ["read", "next"], hits: new Map(), endsAtMs };
  expect(judge({ ...unkeyed, written }, { ...evidence, stored: stored("read", "next") })).toMatchObject({
    swallowed: 1,
    swallowedWithinMs: 0,
    lost: [],
  });
});

test("order is that of the journal, by what is seen first", () => {
  const evidence = { said: ["a", "b"], stored: stored("a", "b"), hits: new Map([[1, 1]]), endsAtMs };
  expect(judge(unkeyed, { ...evidence, answers: ["a", "b", "a"] }).outOfOrder).toEqual([]);
  expect(judge(unkeyed, { ...evidence, answers: ["b", "a"] }).outOfOrder).toEqual(["b before a"]);
});

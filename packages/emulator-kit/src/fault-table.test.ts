import { expect, test } from "vitest";
import { createFaultTable, type FaultScope } from "./fault-table.ts";

interface Fault extends FaultScope {
  readonly path: string;
}

const table = (random = () => 0) => createFaultTable<Fault>(random);
const at = (path: string) => (fault: Fault) => fault.path === path;
const times = (n: number, ask: () => unknown) => Array.from({ length: n }, () => ask() !== undefined);

test.each<[string, FaultScope, readonly boolean[]]>([
  ["every occurrence", {}, [true, true, true, true]],
  ["the second one alone", { nth: 2 }, [false, true, false, false]],
  ["two from the second on", { nth: 2, times: 2 }, [false, true, true, false]],
  ["the first three", { times: 3 }, [true, true, true, false]],
])("strikes %s", (_which, scope, struck) => {
  const faults = table();
  faults.inject({ path: "/send", ...scope });
  expect(times(2, () => faults.strike(at("/other")))).toEqual([false, false]);
  expect(times(4, () => faults.strike(at("/send")))).toEqual(struck);
});

test("strikes with its probability", () => {
  const rolls = [0.4, 0.6];
  const faults = table(() => rolls.shift() ?? 1);
  faults.inject({ path: "/send", probability: 0.5 });
  expect(times(2, () => faults.strike(at("/send")))).toEqual([true, false]);
});

test("the first of several strikes, and all of them count", () => {
  const faults = table();
  const first = faults.inject({ path: "/send", times: 1 });
  faults.inject({ path: "/send", nth: 2 });
  expect(faults.strike(at("/send"))).toMatchObject({ times: 1 });
  expect(faults.list()).toMatchObject([{ id: first, applied: 1 }, { applied: 0 }]);
  expect(faults.strike(at("/send"))).toMatchObject({ nth: 2 });
  faults.remove(first);
  expect(faults.list()).toHaveLength(1);
  faults.clear();
  expect(faults.list()).toEqual([]);
});

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Anything that a fixture can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One bad input, and exactly what must come of it. */
export interface Fixture {
  /** `"webhook/B3-depth"`: its group, its file. */
  readonly id: string;
  readonly what: string;
  readonly input: Json;
  readonly expect: Json;
  /** Takes seconds by its nature; it is tried beside others. */
  readonly slow: boolean;
}

const FOLDER = join(import.meta.dirname, "fixtures");

/** The fixtures of one group, in the order of their names. @throws Error naming a file that is no fixture. */
export function readFixtures(group: string): readonly Fixture[] {
  return readdirSync(join(FOLDER, group))
    .toSorted()
    .map((name) => readFixture(`${group}/${name.replace(/\.json$/, "")}`, join(FOLDER, group, name)));
}

function readFixture(id: string, file: string): Fixture {
  const { what, input, expect, slow = false, ...others } = JSON.parse(readFileSync(file, "utf8")) as Partial<Fixture>;
  const isWhole = typeof what === "string" && input !== undefined && expect !== undefined;
  if (!isWhole || Object.keys(others).length > 0) throw new Error(`${file} is not { what, input, expect }`);
  return { id, what, input, expect, slow };
}

/**
 * Writes out what a fixture only describes, so that files stay small: `{"$repeat": ["[", 100000]}` is a text,
 * `{"$join": [a, b]}` is its parts in a row, `{"$bytes": "ff00"}` a text of these bytes in Latin-1, `{"$json": value}` the
 * value as JSON, `{"$now": -301}` seconds from now, `{"$nowMs": 0}` milliseconds.
 */
export function writtenOut(value: Json, nowMs: number = Date.now()): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map((each) => writtenOut(each, nowMs));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [name, argument] = entries.length === 1 ? (entries[0] as [string, Json]) : [];
  const make = name !== undefined && Object.hasOwn(makers, name) ? makers[name] : undefined;
  if (make !== undefined) return make(writtenOut(argument as Json, nowMs), nowMs);
  return Object.fromEntries(entries.map(([key, each]) => [key, writtenOut(each, nowMs)]));
}

const makers: Readonly<Record<string, (argument: Json, nowMs: number) => Json>> = {
  $repeat: (argument) => {
    const [text, times] = argument as readonly [string, number];
    return text.repeat(times);
  },
  $join: (parts) => (parts as readonly string[]).join(""),
  $bytes: (hex) => Buffer.from(hex as string, "hex").toString("latin1"),
  $json: (value) => JSON.stringify(value),
  $now: (seconds, nowMs) => String(Math.floor(nowMs / 1_000) + (seconds as number)),
  $nowMs: (ms, nowMs) => nowMs + (ms as number),
  $times: (argument) => {
    const [value, times] = argument as readonly [Json, number];
    return Array.from({ length: times }, () => value);
  },
};

import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "./json.ts";
import { type Parsed, parse, readEnvelope } from "./parse.ts";

interface Fixture {
  readonly source: string;
  readonly date: string;
  readonly envelope: JsonObject;
  readonly expected: Parsed;
}

const directory = join(import.meta.dirname, "../../test/fixtures/events");
const fixtures = globSync("*.json", { cwd: directory })
  .toSorted()
  .map(
    (file) => [basename(file, ".json"), JSON.parse(readFileSync(join(directory, file), "utf8")) as Fixture] as const,
  );
const facts = {
  botOpenId: "ou_b07b07b07b07b07b07b07b07b07b07b0",
  nowMs: 1_700_000_000_000,
  isOwnMessage: (id: string) => id === "om_own",
};

describe("the recorded events", () => {
  test.each(fixtures)("%s", (_name, { envelope, expected }) => {
    expect(parse(readEnvelope(envelope), facts)).toEqual(expected);
  });

  test("each say where and when they come from", () => {
    expect(fixtures.length).toBeGreaterThan(50);
    for (const [, { source, date }] of fixtures) {
      expect(source).not.toBe("");
      expect(date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    }
  });
});

test.each<[object, string]>([
  [{}, "nothing at all"],
  [{ header: [], event: "x" }, "parts of the wrong kind"],
  [
    { header: { event_id: "e", event_type: "im.message.receive_v1" }, event: { message: { message_id: 1 } } },
    "numbers for ids",
  ],
])("ignores %o: %s", (envelope, _what) => {
  expect(parse(readEnvelope(envelope as JsonObject), facts).kind).toBe("ignored");
});

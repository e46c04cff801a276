import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { configSchema, loadValueJudge, propertiesOf } from "@loong/config";
import type { JsonSchema, Manifest } from "@loong/sdk";
import { describe, expect, test } from "vitest";
import { entryTables } from "./entry-section.ts";
import { faultOf, type Field, fieldsOf, parseTyped } from "./fields.ts";

const extensions = join(import.meta.dirname, "../../../../extensions");
const manifests = globSync("*/package.json", { cwd: extensions }).flatMap((file) => {
  const { loong } = JSON.parse(readFileSync(join(extensions, file), "utf8")) as { loong?: Manifest };
  return loong === undefined ? [] : [loong];
});

/** Every table a form can be made of: accounts, entries of agents, and the gateway's own. */
const tables: readonly (readonly [name: string, schema: JsonSchema])[] = [
  ...manifests.flatMap((manifest): [string, JsonSchema][] =>
    manifest.kind === "channel"
      ? [[`an account of ${manifest.id}`, manifest.account]]
      : entryTables(manifest).map(({ key, entry }) => [`${manifest.id}: ${key}`, entry]),
  ),
  ...Object.entries(propertiesOf(configSchema(manifests)))
    .filter(([key]) => ["gateway", "agent", "log"].includes(key))
    .map(([key, schema]): [string, JsonSchema] => [key, schema]),
];

describe.each(tables)("%s", (_, schema) => {
  const fields = fieldsOf(schema);

  test("asks for every key that is no table, with words a person can read", () => {
    const asked = Object.entries(propertiesOf(schema)).filter(([, property]) => property["type"] !== "object");
    expect(fields.map(({ key }) => key)).toEqual(asked.map(([key]) => key));
    for (const { label, help } of fields) {
      expect(label).toMatch(/^\p{Lu}/u);
      expect(help).not.toBe("");
    }
  });

  test("what the schema shows as an example or a default may be typed", async () => {
    const judge = await loadValueJudge();
    const typed = fields.filter(({ kind }) => kind !== "confirm");
    const shown = typed.flatMap((field) => [...field.examples, ...defaultOf(field)].map((text) => ({ field, text })));
    expect(shown.filter(({ field, text }) => faultOf(field, text, judge) !== undefined)).toEqual([]);
  });

  test("every required key is asked for, and no secret is asked for in the open", () => {
    const secrets = fields.filter((field) => field.schema["secret"] === true);
    expect(secrets.filter(({ kind }) => kind !== "secret")).toEqual([]);
    const needed = fields.filter(({ required }) => required);
    expect(needed.filter(({ essential }) => !essential)).toEqual([]);
  });
});

test("every plugin of the workspace that has settings was looked at", () => {
  expect(tables.length).toBeGreaterThan(4);
});

function defaultOf({ fallback }: Field): readonly string[] {
  return typeof fallback === "string" || typeof fallback === "number" ? [String(fallback)] : [];
}

const fieldOf = (schema: JsonSchema): Field | undefined => fieldsOf({ properties: { someKey: schema } })[0];

test.each<[JsonSchema, Partial<Field>]>([
  [{ type: "string" }, { kind: "text", label: "Some key", choices: [] }],
  [
    { type: ["string", "null"], title: "Name" },
    { kind: "text", label: "Name" },
  ],
  [
    { type: "string", secret: true, enum: ["a"] },
    { kind: "secret", hasFile: true },
  ],
  [
    { enum: ["a", "b"], default: "b" },
    { kind: "select", choices: ["a", "b"], fallback: "b", essential: false },
  ],
  [{ anyOf: [{ const: "a" }, { const: "b" }] }, { kind: "select", choices: ["a", "b"] }],
  [{ type: "boolean" }, { kind: "confirm" }],
  [{ type: "integer", minimum: 1 }, { kind: "number" }],
  [{ type: "array", items: { type: "string" } }, { kind: "list" }],
])("%j is asked as %j", (schema, field) => {
  expect(fieldOf(schema)).toMatchObject(field);
});

test.each<JsonSchema>([
  { type: "array", items: { type: "string", secret: true } },
  { type: "array", items: { type: "object" } },
  { type: "object", properties: { a: {} } },
  { enum: [1, 2] },
  {},
])("%j is left to `config set`", (schema) => {
  expect(fieldOf(schema)).toBeUndefined();
});

test("the keys down to the first secret, and required ones, are asked without being chosen", () => {
  const schema: JsonSchema = {
    required: ["room", "mode"],
    properties: {
      region: { type: "string", default: "eu" },
      botId: { type: "string" },
      token: { type: "string", secret: true },
      room: { type: "string" },
      mode: { enum: ["a", "b"], default: "a" },
      proxy: { type: "string" },
    },
  };
  const fields = fieldsOf(schema);
  expect(fields.filter(({ essential }) => essential).map(({ key }) => key)).toEqual(["botId", "token", "room"]);
  expect(fields.filter(({ required }) => required).map(({ key }) => key)).toEqual(["room"]);
});

test.each<[JsonSchema, string, unknown, string | undefined]>([
  [{ type: "integer", minimum: 1, maximum: 9 }, " 7 ", 7, undefined],
  [{ type: "integer", minimum: 1, maximum: 9 }, "12", 12, "This must be a whole number from 1 to 9."],
  [{ type: "integer" }, "many", Number.NaN, "This must be a whole number."],
  [{ type: "array", items: { type: "string" } }, "a, b，c,", ["a", "b", "c"], undefined],
  [{ type: "string", pattern: "^/", examples: ["/x"] }, "x", "x", 'This must be text like "/x".'],
  [{ type: "string", minLength: 3 }, "", "", undefined],
])("for %j, %j is typed", async (schema, typed, value, fault) => {
  const field = fieldOf(schema);
  if (field === undefined) throw new Error("it is no field");
  expect(parseTyped(field, typed)).toEqual(value);
  expect(faultOf(field, typed, await loadValueJudge())).toBe(fault);
});

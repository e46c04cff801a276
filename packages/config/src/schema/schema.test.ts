import fc from "fast-check";
import { Compile } from "typebox/schema";
import { expect, test } from "vitest";
import { manifests } from "../../test/manifests.ts";
import { configSchema, formatPath, parsePath } from "../index.ts";
import { expected } from "./describe.ts";
import { nearest } from "./nearest.ts";
import { camelCase, snakeCase } from "./walk.ts";

test("the published schema takes what the file may hold, aliases and references included, and nothing else", () => {
  const { Check } = bound(Compile(configSchema(manifests)));
  const account = {
    appId: { env: "A" },
    appSecretFile: "/run/s",
    allowedChatIds: ["oc_1"],
    groups: { oc_1: { requireMention: false } },
  };
  expect(Check({ channels: { lark: { ...account, accounts: { work: account }, defaultAccount: "work" } } })).toBe(true);
  expect(
    Check({ activeProvider: "a", providers: { a: { apiKey: { exec: ["pass", "a"] } } }, gateway: { port: 1 } }),
  ).toBe(true);
  expect(Check({ channels: { feishu: { appSecret: { env: "A", file: "b" } } } })).toBe(false);
  expect(Check({ channels: { feishu: { name: { env: "A" } } } })).toBe(false);
  expect(Check({ channels: { feishu: { appid: "a" } } })).toBe(false);
  expect(Check({ gateway: { port: "1" } })).toBe(false);
  expect(JSON.stringify(configSchema(manifests))).not.toMatch(/"(?:literal|fileOf|aliases)"/);
});

function bound(validator: ReturnType<typeof Compile>) {
  return { Check: (value: unknown) => validator.Check(value) };
}

test("keys in both spellings", () => {
  const keys = ["appId", "pingIntervalS", "requestTimeoutMs", "baseUrl", "enabled", "webhookPath", "oauth2Token"];
  expect(keys.map(snakeCase)).toEqual([
    "app_id",
    "ping_interval_s",
    "request_timeout_ms",
    "base_url",
    "enabled",
    "webhook_path",
    "oauth2_token",
  ]);
  expect(keys.map(snakeCase).map(camelCase)).toEqual(keys);
});

test("a path is read as it was written, whatever is in its keys", () => {
  const key = fc.string({ unit: "grapheme" }).filter((text) => text !== "__proto__");
  fc.assert(
    fc.property(fc.array(key, { minLength: 1, maxLength: 5 }), (path) => {
      expect(parsePath(formatPath(path))).toEqual(path);
    }),
  );
  expect(parsePath("a.b[0]['c.d'].e")).toEqual(["a", "b", "0", "c.d", "e"]);
  for (const bad of ["", " ", "a.", ".a", "a..b", "a[", "a[x]", 'a["x]', "a]", "__proto__.x"]) {
    expect(() => parsePath(bad)).toThrow(/is not a config path/);
  }
});

test("the nearest key is one that may have been meant", () => {
  const keys = ["allowFrom", "appId", "appSecret", "groupAllowFrom", "mode", "enabled"];
  expect(nearest("allowform", keys)).toBe("allowFrom");
  expect(nearest("app_secert", keys)).toBe("appSecret");
  expect(nearest("enabeld", keys)).toBe("enabled");
  expect(nearest("moed", keys)).toBe("mode");
  expect(nearest("webhook", keys)).toBeUndefined();
  expect(nearest("x", keys)).toBeUndefined();
});

test("what a schema expects, in words", () => {
  expect(expected({ type: "integer", minimum: 1, maximum: 9 })).toBe("a whole number from 1 to 9");
  expect(expected({ type: "number", minimum: 0 })).toBe("a number of 0 or more");
  expect(expected({ enum: ["a", "b"] })).toBe('one of "a", "b"');
  expect(expected({ anyOf: [{ const: "a" }, { const: "b" }] })).toBe('one of "a", "b"');
  expect(expected({ type: "array", items: { type: "string" } })).toBe("a list of text");
  expect(expected({ anyOf: [{ type: "boolean" }, { type: "string", minLength: 1 }] })).toBe(
    "true or false or text in quotes",
  );
});

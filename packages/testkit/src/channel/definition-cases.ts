import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import { expectManifest } from "../checks/manifest.ts";
import { watchResources } from "../checks/resources.ts";
import type { ChannelCase } from "./context.ts";

/** Keys every account has; a channel's schema must not take them. */
const CORE_KEYS: ReadonlySet<string> = new Set([
  "enabled",
  "name",
  "accounts",
  "defaultAccount",
  "dmPolicy",
  "groupPolicy",
  "allowFrom",
  "groupAllowFrom",
  "groups",
  "requireMention",
  "allowedChatIds",
  "allowedConversationIds",
  "allowedSenderIds",
]);

/** What a channel says about itself. */
export const definitionCases: readonly ChannelCase[] = [
  {
    name: "manifest-matches",
    promise: "the manifest in package.json is the one of the code",
    async check({ options }) {
      expectManifest(options.manifest, options.plugin);
    },
  },
  {
    name: "identity",
    promise: "id, aliases and label are usable names, and serves and text tell the truth",
    async check({ options: { plugin }, open }) {
      const names = [plugin.id, ...(plugin.aliases ?? [])];
      for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9-]{0,31}$/);
      expect(new Set(names).size, "an alias that differs from the id and the others").toBe(names.length);
      expect(plugin.label.trim()).not.toBe("");
      expect(plugin.text.maxLength).toBeGreaterThan(0);
      if (plugin.idempotencyWindowMs !== undefined) expect(plugin.idempotencyWindowMs).toBeGreaterThan(0);
      const { target } = plugin.accounts;
      expect(target.form.trim()).not.toBe("");
      if (target.required) expect(target.examples.length, "examples of a target").toBeGreaterThan(0);
      const { serve, webhook } = open();
      const receives = serve !== undefined || webhook !== undefined;
      expect(receives, "`serve` or `webhook` is there exactly when `serves` says so").toBe(plugin.serves);
    },
  },
  {
    name: "policies",
    promise: "each policy's default is one it supports, and none is listed twice",
    async check({ options: { plugin } }) {
      for (const { supported, default: fallback } of [plugin.dmPolicy, plugin.groupPolicy]) {
        expect(supported).toContain(fallback);
        expect(new Set(supported).size).toBe(supported.length);
      }
      expect(plugin.dmPolicy.default, "closed unless the operator opens it").not.toBe("open");
      expect(plugin.groupPolicy.default, "closed unless the operator opens it").not.toBe("open");
    },
  },
  {
    name: "account-schema",
    promise: "the account's schema is a closed JSON Schema object that leaves the core's keys alone",
    async check({ options: { plugin } }) {
      const schema = plugin.accounts.schema as { type?: string; properties?: object; additionalProperties?: unknown };
      expect(schema.type).toBe("object");
      expect(schema.additionalProperties, "additionalProperties").toBe(false);
      const keys = Object.keys(schema.properties ?? {});
      for (const key of keys) expect(key).toMatch(/^[a-z][A-Za-z0-9]*$/);
      expect(
        keys.filter((key) => CORE_KEYS.has(key)),
        "keys that belong to the core",
      ).toEqual([]);
      const plain: unknown = JSON.parse(JSON.stringify(schema));
      expect(isDeepStrictEqual(JSON.parse(JSON.stringify(plain)), plain)).toBe(true);
    },
  },
  {
    name: "open-without-io",
    promise: "open starts nothing: no socket, no file, no timer",
    async check({ open }) {
      using watch = watchResources();
      watch.during(() => open());
      expect(watch.holding(), "what open has started").toEqual({});
      await new Promise((resolve) => setImmediate(resolve));
      expect(watch.holding(), "what open has started a moment later").toEqual({});
    },
  },
];

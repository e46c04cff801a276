import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A plugin that does harm, and what an operator must be told of it. */
export interface HostilePlugin {
  readonly id: string;
  /** Ends the sentence "a plugin that …". */
  readonly what: string;
  /** Code of its module, outside everything. */
  readonly atImport?: string;
  readonly atOpen?: string;
  /** May use `inbound` and `signal`. */
  readonly inServe?: string;
  /** May use `message` and `signal`. */
  readonly inSend?: string;
  /** Gives the report. May use `signal`. */
  readonly inProbe?: string;
  /** The harm, for a command: it neither serves nor has an `inbound`. Absent: the same as `inServe`. */
  readonly whenAsked?: string;
  /** More members of the channel. */
  readonly members?: string;
  readonly reason: RegExp;
}

/** Written into the pipe to the gateway, behind the contract's back. */
const writeRaw = (bytes: string) => `(await import("node:fs")).writeSync(4, ${bytes}); await new Promise(() => {});`;

/** A loop without end, as the others see it. This one takes no processor from them. */
export const NEVER_YIELD = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);";

const STEAL = `
  const fs = await import("node:fs");
  const attempts = {
    read: () => fs.readFileSync("../../state/journal.sqlite"),
    list: () => fs.readdirSync("../../state"),
    write: () => fs.appendFileSync("../../config.yaml", "x"),
    sqlite: () => import("node:sqlite"),
    run: async () => (await import("node:child_process")).spawnSync("cat", ["../../config.yaml"]),
    work: async () => new (await import("node:worker_threads")).Worker("1", { eval: true }),
  };
  const outcomes = [];
  for (const [name, attempt] of Object.entries(attempts)) {
    try { await attempt(); outcomes.push(name + " succeeded"); } catch (error) { outcomes.push(name + " " + error.code); }
  }
  const secrets = Object.keys(process.env).filter((name) => name.includes("SECRET"));
  throw new LoongError("THIEF_CAUGHT", outcomes.join(", ") + ", secrets: " + secrets.length, { hint: "Lock the door." });`;

export const hostilePlugins: readonly HostilePlugin[] = [
  {
    id: "bad-import",
    what: "throws when it is imported",
    atImport: `throw new TypeError("not today");`,
    reason:
      /^PLUGIN_IMPORT_FAILED: @acme\/bad-import failed while it was loaded: TypeError: not today \(index\.js:\d+\)/,
  },
  {
    id: "bad-open",
    what: "throws when an account is opened",
    atOpen: `throw new TypeError("not today");`,
    reason: /failed [a-z ]+\(TypeError\)/,
  },
  {
    id: "bad-serve",
    what: "throws while it serves",
    inServe: `throw new SyntaxError("not today");`,
    reason: /failed [a-z ]+\(SyntaxError\)/,
  },
  {
    id: "bad-promise",
    what: "forgets a promise that is rejected",
    inServe: `void Promise.reject(new RangeError("forgotten")); await new Promise(() => {});`,
    reason: /threw an error that nobody caught \(RangeError at index\.js:\d+\)/,
  },
  { id: "bad-exit", what: "exits", inServe: `process.exit(7);`, reason: /left with exit code 7/ },
  { id: "bad-abort", what: "aborts", inServe: `process.abort();`, reason: /was ended by SIGABRT/ },
  { id: "bad-loop", what: "never yields", inServe: NEVER_YIELD, reason: /did not answer for/ },
  {
    id: "bad-heap",
    what: "keeps every object",
    inServe: `const kept = [];
      for (;;) {
        kept.push(new Array(500_000).fill(kept.length));
        await new Promise((resolve) => setImmediate(resolve));
      }`,
    reason: /ran out of memory: its objects may take \d+ MB/,
  },
  {
    id: "bad-buffer",
    what: "keeps every buffer",
    inServe: `globalThis.kept = []; setInterval(() => kept.push(Buffer.alloc(4_000_000, 1)), 5); await new Promise(() => {});`,
    reason: /took more than \d+ MB of memory/,
  },
  {
    id: "bad-size",
    what: "sends a message without end",
    inServe: writeRaw(`Buffer.concat([Buffer.from([0x1f, 0x7f, 0, 0, 0]), Buffer.alloc(4_096)])`),
    reason: /sent a message of 2130706432 bytes, where \d+ are allowed/,
  },
  {
    id: "bad-bytes",
    what: "sends what is no message",
    inServe: writeRaw(`"{ hello: there"`),
    reason: /wrote something into the pipe to the gateway that is no message/,
  },
  {
    id: "bad-prototype",
    what: "changes what all objects have",
    inServe: `inbound.report(JSON.parse('{"state":"connecting","__proto__":{"isOwned":true}}'));
      Object.prototype.toJSON = () => "owned"; inbound.report({ state: "connected" }); await new Promise(() => {});`,
    whenAsked: `Object.prototype.toJSON = () => "owned"; return JSON.parse('{"__proto__":{"isOwned":true}}');`,
    reason: /sent a message that is no object/,
  },
  {
    id: "bad-thief",
    what: "reads the state database",
    inServe: STEAL,
    reason:
      /^THIEF_CAUGHT: read ERR_ACCESS_DENIED, list ERR_ACCESS_DENIED, write ERR_ACCESS_DENIED, sqlite ERR_UNKNOWN_BUILTIN_MODULE, run ERR_ACCESS_DENIED, work ERR_ACCESS_DENIED, secrets: 0/,
  },
];

type PluginCode = Omit<HostilePlugin, "what" | "reason" | "whenAsked">;

/** Lays the package where `npm install` would have laid it. */
export function layPlugin(pluginsDir: string, plugin: PluginCode): void {
  const directory = join(pluginsDir, "node_modules", "@acme", plugin.id);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "index.js"), moduleOf(plugin));
  const facts = { name: `@acme/${plugin.id}`, version: "1.0.0", type: "module", exports: "./index.js" };
  writeFileSync(join(directory, "package.json"), JSON.stringify({ ...facts, loong: manifestOf(plugin.id) }));
}

const COMMON = {
  label: "Harm",
  serves: true,
  dmPolicy: { supported: ["open"], default: "open" },
  groupPolicy: { supported: ["disabled"], default: "disabled" },
  text: { maxLength: 1_000, unit: "utf16-units" },
};
const TARGET = { form: "room", required: true, examples: ["room-1"] };
const ACCOUNT = { type: "object", properties: { note: { type: "string" } } };

function manifestOf(id: string): object {
  return { kind: "channel", id, aliases: [], contract: "^1.0.0", ...COMMON, target: TARGET, account: ACCOUNT };
}

function moduleOf(plugin: PluginCode): string {
  const { id, atImport = "", atOpen = "", inServe = "", members = "" } = plugin;
  const { inSend = `return { messageId: "m1" };`, inProbe = "return { ok: true, problems: [] };" } = plugin;
  return `import { defineChannel, LoongError } from "@loong/sdk";
${atImport}
export default defineChannel({
  id: ${JSON.stringify(id)},
  ...${JSON.stringify(COMMON)},
  accounts: { schema: ${JSON.stringify(ACCOUNT)}, target: ${JSON.stringify(TARGET)} },
  open(account, host) {
    ${atOpen}
    return {
      async probe(signal) {
        ${inProbe}
      },
      async send(message, signal) {
        ${inSend}
      },
      ${members}
      close: async () => {},
      async serve(inbound, signal) {
        ${inServe}
      },
    };
  },
});
`;
}

import { isLoongError } from "@loong/sdk";
import fc from "fast-check";
import { expect, test } from "vitest";
import { scratch } from "../../test/scratch.ts";
import { getValue, setValue, unsetValue } from "../index.ts";
import { isFailure, parseConfig } from "../source/document.ts";
import { applyEdit, changed } from "./apply.ts";

const files = {
  "config.yaml": `# head
activeProvider: main # which
channels:
    # first
    lark: # the bot
        appId:   "cli_1"   # id
        appSecret: { env: LARK_APP_SECRET }
        groups:
            "oc_a.b": # ops
                requireMention: true # always
        accounts:
            work: # one
                appId: cli_2
                appSecret: 's2' # two

    telegram: {botToken: t} # flow
providers:
    main: {}
gateway:
    # nothing yet
`,
  "config.toml": `# head
active_provider = "main" # which

# first
[feishu] # the bot
app_id   = "cli_1"   # id
app_secret = { env = "LARK_APP_SECRET" }
groups."oc_a.b" = { require_mention = true } # ops

[feishu.accounts.work] # one
app_id = "cli_2"
app_secret = 's2' # two

[telegram]
bot_token = "t"

[providers.main]
# nothing yet
`,
  "config.json": `// head
{
  activeProvider: "main", // which
  "channels": {
    // first
    "lark": { // the bot
      "appId":   "cli_1",   // id
      "appSecret": { "env": "LARK_APP_SECRET" },
      "groups": { "oc_a.b": { "requireMention": true } }, // ops
      "accounts": {
        "work": { // one
          "appId": "cli_2",
          'appSecret': 's2' // two
        }
      },
    },
    "telegram": {"botToken": "t"} // flow
  },
  "providers": { "main": {} },
  "gateway": {
    // nothing yet
  }
}
`,
};

const words = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }).filter((text) => !text.includes("\r"));
const secret = words.filter((text) => text.trim() !== "" && !/[\r\n]|^\s*(?:\$|env:|null$|nan$)/i.test(text));
const id = fc.constantFrom("work", "ops", "bot_1", "x-y");
const group = fc.constantFrom("oc_a.b", "oc 2", "*", "-100", 'q"t');
const ids = fc.array(fc.constantFrom("ou_1", "12", "名字", "a b"), { maxLength: 4 });

const set = fc.oneof(
  fc.record({ path: fc.constant(["gateway", "port"]), json: fc.integer({ min: 1, max: 65_535 }) }),
  fc.record({ path: fc.constant(["log", "level"]), json: fc.constantFrom("debug", "warn") }),
  fc.record({ path: fc.constant(["agent", "systemPrompt"]), json: words }),
  fc.record({ path: fc.constant(["activeProvider"]), json: words }),
  fc.record({
    path: fc.tuple(fc.constant("providers"), id, fc.constant("apiKey")),
    json: fc.oneof(secret, fc.record({ env: fc.constant("KEY") })),
  }),
  fc.record({
    path: fc.tuple(
      fc.constant("providers"),
      id,
      fc.constant("headers"),
      words.filter((key) => key !== "__proto__"),
    ),
    json: secret,
  }),
  fc.record({ path: fc.constant(["channels", "lark", "name"]), json: words }),
  fc.record({ path: fc.constant(["channels", "lark", "allowFrom"]), json: ids }),
  fc.record({ path: fc.constant(["channels", "telegram", "name"]), json: words }),
  fc.record({
    path: fc.tuple(
      fc.constant("channels"),
      fc.constant("lark"),
      fc.constant("groups"),
      group,
      fc.constant("systemPrompt"),
    ),
    json: words,
  }),
  fc.record({
    path: fc.tuple(
      fc.constant("channels"),
      fc.constant("feishu"),
      fc.constant("accounts"),
      id,
      fc.constantFrom("name", "appId"),
    ),
    json: secret,
  }),
  fc.record({
    path: fc.tuple(
      fc.constant("channels"),
      fc.constant("feishu"),
      fc.constant("accounts"),
      id,
      fc.constant("appSecret"),
    ),
    json: fc.oneof(secret, fc.record({ file: fc.constant("/run/s") }), fc.record({ exec: fc.constant(["cat", "s"]) })),
  }),
);

const comments = (text: string) =>
  text.match(/(?:#|\/\/) ?(?:head|which|first|the bot|id|ops|one|two|flow|nothing yet)$/gm);

/** The first of `lines` that `text` does not have in their order. A JSON member may have got a comma. */
function firstMissing(lines: readonly string[], text: string): string | undefined {
  const rest = text.split("\n");
  for (const line of lines) {
    const at = rest.findIndex((other) => other === line || other === line.replace(/([^,{[\s])(\s*\/\/.*)?$/, "$1,$2"));
    if (at === -1) return line;
    rest.splice(0, at + 1);
  }
  return undefined;
}

const names = Object.keys(files) as (keyof typeof files)[];

/** What `get` shows of a value that was set: of a secret, nothing. */
function shown(path: readonly string[], json: unknown): unknown {
  const isSecret = ["appSecret", "apiKey", "headers"].some((key) => path.includes(key));
  return isSecret && typeof json === "string" ? "***" : json;
}

/** Lines that have nothing to do with the last key of `path`, nor hold a table on the way to it. */
function unrelatedLines(text: string, path: readonly string[]): readonly string[] {
  const folded = (line: string) => line.toLowerCase().replaceAll("_", "");
  const holds = (line: string) =>
    path.some((part) => [`${part}: {`, `"${part}": {`, `"${part}" = {`].some((table) => line.includes(table)));
  return text.split("\n").filter((line) => !folded(line).includes(folded(path.at(-1) ?? "")) && !holds(line));
}

test.each(names)("what is set is what is read, and nothing else moves: %s", { timeout: 60_000 }, async (name) => {
  await fc.assert(
    fc.asyncProperty(fc.array(set, { minLength: 1, maxLength: 6 }), async (sets) => {
      const home = scratch(files[name], { name });
      for (const { path, json } of sets as { path: string[]; json: unknown }[]) {
        const before = await home.text();
        await setValue(home.edit, path, { json });
        const after = await home.text();
        expect(getValue(await home.read({ validate: false }), path).value).toEqual(shown(path, json));
        expect(comments(after)).toEqual(comments(before));
        expect({ path, before, after, lost: firstMissing(unrelatedLines(before, path), after) }).toHaveProperty(
          "lost",
          undefined,
        );
      }
    }),
    { numRuns: 10 },
  );
});

test.each(names)("what is unset after it was set leaves the same data: %s", { timeout: 60_000 }, async (name) => {
  await fc.assert(
    fc.asyncProperty(set, async ({ path, json }) => {
      const home = scratch(files[name], { name });
      const before = getValue(await home.read({ validate: false }), path);
      fc.pre(before.from !== "file");
      await setValue(home.edit, path, { json });
      await unsetValue(home.edit, path);
      expect(getValue(await home.read({ validate: false }), path)).toMatchObject({ from: before.from });
      expect(comments(await home.text())?.length).toBeGreaterThan(5);
    }),
    { numRuns: 10 },
  );
});

const key = fc.string({ minLength: 1, maxLength: 4 }).filter((name) => name !== "__proto__");
const value = fc
  .jsonValue({ maxDepth: 2 })
  .map((json): unknown => JSON.parse(JSON.stringify(json), (_, item: unknown) => item ?? 0));
const table = fc.dictionary(key, value, { maxKeys: 4, noNullPrototype: true });

/** `undefined` when the change was refused. */
async function edited(
  text: string,
  format: "yaml" | "json" | "toml",
  edit: { readonly path: readonly string[]; readonly value: unknown },
): Promise<string | undefined> {
  return applyEdit(text, format, edit).catch((error: unknown) => {
    if (isLoongError(error) && error.code === "CONFIG_EDIT_UNSAFE") return undefined;
    throw error;
  });
}

test.each(["yaml", "json", "toml"] as const)(
  "any change of any data gives exactly that data or is refused: %s",
  { timeout: 60_000 },
  async (format) => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(table, fc.array(key, { minLength: 1, maxLength: 3 }), table, async (data, path, json) => {
        let text: string | undefined = "";
        for (const [name, member] of Object.entries(data))
          text = (await edited(text, format, { path: [name], value: member })) ?? text;
        const after = await edited(text, format, { path, value: json });
        if (after === undefined) refused += 1;
        const parsed = await parseConfig(after ?? text, format);
        const before = await parseConfig(text, format);
        expect(dataOf(parsed)).toEqual(after === undefined ? dataOf(before) : changed(dataOf(before), path, json));
      }),
      { numRuns: 50 },
    );
    expect(refused).toBeLessThan(15);
  },
);

function dataOf(parsed: Awaited<ReturnType<typeof parseConfig>>): Record<string, unknown> {
  return isFailure(parsed) ? {} : parsed.value;
}

const odd = ["", "'", '"', "\\", "[", "{", "*", "&", "<<: x", "\u0001", "/*", '"""'];

test.each(Object.entries(files))(
  "a file cut anywhere is read or refused, and never takes long: %s",
  { timeout: 60_000 },
  async (name, text) => {
    const format = name.slice("config.".length) as "yaml" | "json" | "toml";
    for (let length = 0; length < text.length; length++) {
      // Each end stands behind every third place, and nothing behind every one.
      const ends = odd.filter((end, index) => end === "" || index % 3 === length % 3);
      const torn = await Promise.all(ends.map((end) => parseConfig(text.slice(0, length) + end, format)));
      const offsets = torn.filter(isFailure).map(({ offset }) => offset);
      expect(Math.max(0, ...offsets)).toBeLessThanOrEqual(length + 5);
    }
  },
);

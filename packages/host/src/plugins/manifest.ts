import type { Manifest } from "@loong/sdk";

/**
 * What is wrong with the `loong` block of a package.json, in words for its author. `contractFault` looks at its `contract`.
 *
 * Checked by hand and not with a schema library: every command does it for every plugin before it says a word.
 *
 * @returns `undefined` when the block is a manifest.
 */
export function manifestFault(block: unknown): string | undefined {
  if (!isObject(block)) return "it is not an object";
  if (block["kind"] !== "channel" && block["kind"] !== "agent") return '`kind` is neither "channel" nor "agent"';
  const shape = block["kind"] === "channel" ? channelShape : agentShape;
  const wrong = Object.entries({ ...commonShape, ...shape }).find(([key, [holds]]) => !holds(block[key]));
  return wrong === undefined ? undefined : `\`${wrong[0]}\` is not ${wrong[1][1]}`;
}

/** For those who have asked `manifestFault` first. */
export function asManifest(block: unknown): Manifest {
  return block as Manifest;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

type Rule = readonly [holds: (value: unknown) => boolean, description: string];
type Shape = Readonly<Record<string, Rule>>;

const ID = /^[a-z][a-z0-9-]{0,31}$/;
const DM_POLICIES = ["open", "allowlist", "pairing", "disabled"];
const GROUP_POLICIES = ["open", "allowlist", "disabled"];

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isId = (value: unknown) => typeof value === "string" && ID.test(value);
const isListOf = (holds: (value: unknown) => boolean) => (value: unknown) => Array.isArray(value) && value.every(holds);
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) > 0;
const isPolicy = (known: readonly string[]) => (value: unknown) =>
  isObject(value) &&
  isListOf((each) => known.includes(each as string))(value["supported"]) &&
  (value["supported"] as unknown[]).includes(value["default"]);

const commonShape: Shape = {
  id: [isId, "an id (a lower-case letter, then at most 31 lower-case letters, digits and hyphens)"],
  label: [isText, "a text"],
};

const channelShape: Shape = {
  aliases: [isListOf(isId), "a list of ids"],
  serves: [(value) => typeof value === "boolean", "true or false"],
  dmPolicy: [isPolicy(DM_POLICIES), `{ supported, default } of ${DM_POLICIES.join(", ")}`],
  groupPolicy: [isPolicy(GROUP_POLICIES), `{ supported, default } of ${GROUP_POLICIES.join(", ")}`],
  text: [
    (value) =>
      isObject(value) && isCount(value["maxLength"]) && ["utf8-bytes", "utf16-units"].includes(value["unit"] as string),
    "{ maxLength, unit }",
  ],
  redelivers: [(value) => value === undefined || value === false, "false, or absent"],
  idempotencyWindowMs: [(value) => value === undefined || isCount(value), "a number of milliseconds"],
  target: [
    (value) =>
      isObject(value) &&
      isText(value["form"]) &&
      typeof value["required"] === "boolean" &&
      isListOf(isText)(value["examples"]),
    "{ form, required, examples }",
  ],
  account: [isObject, "a JSON Schema"],
};

const agentShape: Shape = {
  keys: [isListOf(isText), "a list of config keys"],
  settings: [isObject, "a JSON Schema"],
};

/** A JSON object whose values nobody has checked yet. */
export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The string at `key`, or undefined when there is none. */
export function stringAt(value: unknown, key: string): string | undefined {
  const found = isRecord(value) ? value[key] : undefined;
  return typeof found === "string" ? found : undefined;
}

export function recordAt(value: unknown, key: string): JsonRecord | undefined {
  const found = isRecord(value) ? value[key] : undefined;
  return isRecord(found) ? found : undefined;
}

/** `undefined` when `text` is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Every string in `value` that stands for words: the names of types, colours and links are left out. */
export function wordsIn(value: unknown, key = ""): readonly string[] {
  if (typeof value === "string") return NO_WORDS.has(key) ? [] : [value];
  if (Array.isArray(value)) return value.flatMap((item) => wordsIn(item, key));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, item]) => wordsIn(item, name));
}
const NO_WORDS: ReadonlySet<string> = new Set([
  "tag",
  "type",
  "schema",
  "url",
  "href",
  "style",
  "template",
  "color",
  "card_type",
  "msgtype",
  "msg_type",
  "sign",
  "timestamp",
]);

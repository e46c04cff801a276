const MAX_DEPTH = 32;
const MAX_TOKENS = 10_000;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** One for all calls: it keeps nothing between them. */
const strictUtf8 = new TextDecoder("utf-8", { fatal: true });
/** Written out or escaped; only such texts are looked through key by key. */
const MAY_REACH_PROTOTYPES = /__proto__|constructor|\\u/;

/**
 * Parses what a stranger sent, after its signature was checked. Looks at the bytes before parsing, because the parser itself
 * has no limits, and what comes after it may recurse.
 *
 * @returns `undefined` for invalid UTF-8 or JSON, anything but an object, more than 32 levels or 10,000 tokens, and keys that
 * reach prototypes.
 */
export function parseForeignJson(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  if (!isModest(bytes)) return undefined;
  try {
    const text = strictUtf8.decode(bytes);
    const value: unknown = JSON.parse(text);
    return isObject(value) && (!MAY_REACH_PROTOTYPES.test(text) || hasPlainKeys(value)) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isModest(bytes: Uint8Array): boolean {
  let depth = 0;
  let tokens = 0;
  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at] ?? 0) {
      case QUOTE:
        tokens++;
        at = endOfString(bytes, at);
        break;
      case 0x5b: // [
      case 0x7b: // {
        tokens++;
        if (++depth > MAX_DEPTH) return false;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
      case 0x2c: // ,
        tokens++;
        break;
      default:
    }
    if (tokens > MAX_TOKENS) return false;
  }
  return true;
}

function endOfString(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    if (bytes[at] === BACKSLASH) at++;
    else if (bytes[at] === QUOTE) return at;
  }
  return bytes.length;
}

function hasPlainKeys(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(hasPlainKeys);
  return Object.entries(value).every(
    ([key, entry]) => key !== "__proto__" && key !== "constructor" && hasPlainKeys(entry),
  );
}

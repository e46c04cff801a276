import { FrameFault } from "./frames.ts";

const MAX_DEPTH = 64;

/**
 * Reads JSON that nobody vouches for. The one key that reaches an object's prototype when it is copied is left out.
 *
 * @throws FrameFault when it is no JSON, or deeper than 64.
 */
export function parsePlain(text: string): unknown {
  const value = parse(text);
  strip(value, 0);
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new FrameFault("sent a message that is no JSON");
  }
}

function strip(value: unknown, depth: number): void {
  if (typeof value !== "object" || value === null) return;
  if (depth > MAX_DEPTH) throw new FrameFault(`sent a message that is more than ${MAX_DEPTH} deep`);
  if (Object.hasOwn(value, "__proto__")) delete (value as Record<string, unknown>)["__proto__"];
  for (const each of Object.values(value)) strip(each, depth + 1);
}

import { configErrors } from "../errors.ts";
import { formatPath } from "../key-path.ts";
import type { KeyPath } from "../types.ts";

/**
 * Of a key that stands twice in one object, JSON's own parser keeps the last and says nothing.
 *
 * @param json - A text that can be parsed.
 * @param at - Where its value is to stand.
 * @throws CONFIG_VALUE_TWICE
 */
export async function requireKeysOnce(json: string, at: KeyPath = []): Promise<void> {
  const { repeatedKey } = await import("../source/json.ts");
  const path = repeatedKey(json);
  if (path !== undefined) throw configErrors.CONFIG_VALUE_TWICE([formatPath([...at, ...path])]);
}

import { isObject, objectAt, textAt } from "./json.ts";

/** Who is mentioned in a message, by the key that stands in its text. */
export interface Mentions {
  readonly names: ReadonlyMap<string, string>;
  /** Keys that mean this bot. */
  readonly own: ReadonlySet<string>;
}

/** A bot knows itself only by the open_id it has for itself; names and ids of other apps say nothing. */
export function readMentions(value: unknown, botOpenId: string): Mentions {
  const names = new Map<string, string>([["@_all", "all"]]);
  const own = new Set<string>();
  for (const mention of Array.isArray(value) ? value : []) {
    if (!isObject(mention)) continue;
    const key = textAt(mention, "key");
    if (textAt(objectAt(mention, "id"), "open_id") === botOpenId) own.add(key);
    names.set(key, textAt(mention, "name"));
  }
  return { names, own };
}

/** Removes mentions of the bot and writes the others as `@name`. */
export function resolveMentions(text: string, { names, own }: Mentions): string {
  return text
    .replaceAll(/@_(?:user_\d+|all)(?!\w)[ \u00a0]?/g, (match) => {
      const key = match.trimEnd();
      if (own.has(key)) return "";
      const name = names.get(key);
      return name === undefined || name === "" ? match : `@${name}${match.slice(key.length)}`;
    })
    .trim();
}

/** Keeps `<at` from being read as a tag while looking the same. */
const WORD_JOINER = "\u2060";
const TAG = /<at\s+(?:user_id|id)\s*=\s*"?([^\s">]+|(?="))"?\s*>([^<]*)<\/at>/gi;
const PERSON = /^o[un]_[A-Za-z0-9_-]{1,64}$/;

/**
 * Writes mentions of people in the form a kind of message wants, and disarms all others. An agent repeats what strangers
 * tell it, so nothing it says may call a whole group.
 *
 * @param form - `card` for cards, `text` for text and rich text.
 * @see https://open.feishu.cn/document/server-docs/im-v1/message-content-description/create_json (read 2026-05)
 */
export function writeMentions(text: string, form: "card" | "text"): string {
  if (!/<at/i.test(text)) return text;
  const parts: string[] = [];
  let end = 0;
  for (const match of text.matchAll(TAG)) {
    const [tag, id = "", name = ""] = match;
    parts.push(disarm(text.slice(end, match.index)));
    parts.push(PERSON.test(id) ? mention(id, name, form) : `@${name === "" ? id : name}`);
    end = match.index + tag.length;
  }
  return parts.join("") + disarm(text.slice(end));
}

function mention(id: string, name: string, form: "card" | "text"): string {
  return form === "card" ? `<at id=${id}></at>` : `<at user_id="${id}">${name}</at>`;
}

function disarm(text: string): string {
  return text.replaceAll(/<(?=\/?at)/gi, `<${WORD_JOINER}`);
}

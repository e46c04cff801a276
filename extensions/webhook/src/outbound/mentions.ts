/** Keeps a tag from being read as one while looking the same. */
const WORD_JOINER = "\u2060";

/**
 * Words in which `<at user_id="all">`, `<@somebody>` and `<!everybody>` call nobody. Notifications carry what logs and
 * strangers say; who wants to call people writes a card.
 */
export function withoutMentions(text: string): string {
  return text.replaceAll(/<(?=[@!]|\/?at\b)/gi, `<${WORD_JOINER}`);
}

/** People's clients put one of these after a name they completed; names themselves do not have them. */
const NAME_END = /^@[^\n\u2005\u00a0]{1,64}[\u2005\u00a0]\s*/u;
const FIRST_WORD = /^@\S+\s*/u;

/**
 * Cuts the mention of the bot out of what was said in a group. The platform only hands over messages that mention the bot,
 * with `@Name ` in the text, but not what the bot is called: so without `botName` the mention is what stands at the
 * beginning, up to the space that ends a completed name, else up to the first space.
 */
export function withoutMention(text: string, botName: string | undefined): string {
  const said = text.trim();
  if (botName !== undefined && botName !== "" && said.includes(`@${botName}`)) return withoutName(said, botName);
  return said.replace(NAME_END.test(said) ? NAME_END : FIRST_WORD, "").trim();
}

function withoutName(text: string, botName: string): string {
  const [first = "", ...others] = text.split(`@${botName}`);
  // A longer name that begins like the bot's is somebody else's.
  const kept = others.map((rest) => (/^[\p{L}\p{N}]/u.test(rest) ? `@${botName}${rest}` : rest.replace(/^\s/u, "")));
  return [first, ...kept].join("").trim();
}

/** Words that strangers wrote: what would move the cursor, colour the line or turn its direction is shown as `�`. */
export function plainText(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\uFFFD");
}

/** A text of many lines in a script of any direction, as a terminal may get it: nothing in it is a command to that. */
export function terminalText(text: string): string {
  return text.replaceAll(/[\p{Cc}--[\n\t]]/gv, "\uFFFD");
}

const MAX_LENGTH = 10_000;
const MAX_WORD_LENGTH = 200;

/**
 * A message as it may be printed, whatever was quoted in it: lines of plain text, the middle of a word of more than 200
 * characters left out, at most 10,000 characters.
 */
export function plainMessage(text: string): string {
  const lines = text.split("\n").map((line) => plainText(line).replaceAll(/\S+/gu, shortened));
  const whole = lines.join("\n");
  return whole.length > MAX_LENGTH ? `${whole.slice(0, MAX_LENGTH).toWellFormed()}…` : whole;
}

function shortened(word: string): string {
  if (word.length <= MAX_WORD_LENGTH) return word;
  return `${word.slice(0, 120).toWellFormed()}…${word.slice(-60).toWellFormed()}`;
}

/** Most bytes of markdown in one message. @see https://developer.work.weixin.qq.com/document/path/101463 (read 2026-05) */
export const MAX_BYTES = 20_480;
/** Room for the marks that this file adds. */
const SPARE_BYTES = 32;

/** Takes no room, and makes a text differ from itself. */
const INVISIBLE = "\u200B";
const ELLIPSIS = "…";

/** What is left where an answer was, when it stands further down. */
export const MOVED = "⬇️ …";
/** What is left where an answer was begun that never came. */
export const WITHDRAWN = "—";

/**
 * The last words of a streamed answer. Clients do not draw a last frame without a visible character, and one was seen that
 * did not draw a last frame equal to the one before.
 *
 * @param shown - What the answer shows already, where that is known.
 */
export function finalWords(markdown: string, shown: string | undefined): string {
  const words = hasVisible(markdown) ? markdown : ELLIPSIS;
  if (words !== shown) return words;
  // Behind a closing fence or a table row it would become part of it.
  return /[`~|]\s*$/.test(words) ? `${words}\n\n${INVISIBLE}` : words + INVISIBLE;
}

/** As much of `markdown` as one message carries, whole lines where possible, an open code fence closed again. */
export function fitted(markdown: string): string {
  if (Buffer.byteLength(markdown) <= MAX_BYTES - SPARE_BYTES) return markdown;
  const room = Buffer.from(markdown).subarray(0, MAX_BYTES - SPARE_BYTES - ELLIPSIS.length);
  // A stream may go on with the rest of a character that was cut in half: it is left out.
  const cut = new TextDecoder("utf-8", { ignoreBOM: true }).decode(room, { stream: true });
  const lineEnd = cut.lastIndexOf("\n");
  const whole = lineEnd > cut.length / 2 ? cut.slice(0, lineEnd) : cut;
  const fence = openFence(whole);
  return `${whole}${fence === undefined ? "" : `\n${fence}`}\n${ELLIPSIS}`;
}

function openFence(markdown: string): string | undefined {
  let open: string | undefined;
  for (const line of markdown.split("\n")) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark === undefined) continue;
    if (open === undefined) open = mark;
    else if (mark[0] === open[0] && mark.length >= open.length) open = undefined;
  }
  return open;
}

function hasVisible(text: string): boolean {
  return /[^\s\u200B-\u200F\u2060\uFEFF]/u.test(text);
}

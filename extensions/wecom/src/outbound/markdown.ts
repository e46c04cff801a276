const FENCE = /^ {0,3}(`{3,}|~{3,})/;
/** Keeps a tag from being read as one while looking the same. */
const WORD_JOINER = "\u2060";
const CODE_SPAN = /(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g;

/**
 * CommonMark as WeCom shows it: headings, emphasis, lists, quotes, links, images, rules, code and tables are the same.
 * Strikethrough, task boxes and bare links in angle brackets are written in other ways. What the platform gives a meaning of
 * its own is disarmed, since an agent repeats what strangers tell it: `<think>` would hide the words, `<@all>` call everybody.
 *
 * @see https://developer.work.weixin.qq.com/document/path/101463 (markdown of the stream message; read 2026-05)
 */
export function renderMarkdown(markdown: string): string {
  let fence: string | undefined;
  const written: string[] = [];
  for (const line of markdown.split("\n")) {
    const mark = FENCE.exec(line)?.[1];
    if (fence !== undefined || mark !== undefined) {
      written.push(disarm(line));
      fence = nextFence(fence, mark);
      continue;
    }
    written.push(disarm(outsideCode(line)));
  }
  return written.join("\n");
}

/**
 * Words exactly as they are, in the only form the platform takes: markdown. Only what would be read as a sign gets a
 * backslash, so that words without signs stay themselves wherever they are shown. A link's text is looked for within 500
 * characters: without a bound, 30,000 brackets would be searched to the end from each of them, for seconds.
 */
export function escapeText(text: string): string {
  const inline = text
    .replaceAll(/\\(?=[\p{P}\p{S}])|`|~(?=~)|\[(?=[^\]\n]{0,500}\]\()|<(?=[A-Za-z/!@])/gu, "\\$&")
    .replaceAll(/(?<!\s)\*|\*(?!\s)/g, "\\*")
    .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_");
  const lines = inline
    .replaceAll(/^(\s{0,3})(#{1,6}(?=\s|$)|>|[-+](?=\s|-)|=+\s*$|\|)/gm, "$1\\$2")
    .replaceAll(/^(\s{0,3}\d{1,9})(?=[.)]\s)/gm, "$1\\");
  return disarm(lines);
}

function nextFence(open: string | undefined, mark: string | undefined): string | undefined {
  if (open === undefined) return mark;
  return mark !== undefined && mark[0] === open[0] && mark.length >= open.length ? undefined : open;
}

function outsideCode(line: string): string {
  let end = 0;
  let out = "";
  for (const match of line.matchAll(CODE_SPAN)) {
    out += rewrite(line.slice(end, match.index)) + match[0];
    end = match.index + match[0].length;
  }
  return boxes(out + rewrite(line.slice(end)));
}

function rewrite(text: string): string {
  return text
    .replaceAll(/~~(?=\S)(.{1,2000}?)(?<=\S)~~/g, "$1")
    .replaceAll(/<(https?:\/\/[^\s<>]+)>/g, "[$1]($1)")
    .replaceAll(/<(mailto:)?([^\s<>@]+@[^\s<>@]+\.[^\s<>@.]+)>/g, "$2");
}

function boxes(line: string): string {
  return line.replace(
    /^(\s*(?:[-*+]|\d+[.)])\s+)\[([ xX])\](?=\s)/,
    (_, mark: string, state: string) => `${mark}${state === " " ? "☐" : "☑"}`,
  );
}

function disarm(text: string): string {
  return text.replaceAll(/<(?=\/?think|@all)/gi, `<${WORD_JOINER}`);
}

/** Documented are five; cards with more than three were refused in practice (230099, ErrCode 11310). */
const MAX_TABLES = 3;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const DELIMITER_ROW = /^ {0,3}\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?)?\s*$/;

/**
 * Markdown as a card takes it: pictures from elsewhere become links, since a card shows only uploaded ones, and tables
 * beyond the third become code.
 *
 * @see https://open.feishu.cn/document/feishu-cards/card-json-v2-components/content-components/rich-text (read 2026-05)
 */
export function cardMarkdown(markdown: string): string {
  const lines = markdown.split("\n");
  const written: string[] = [];
  let fence: string | undefined;
  let tables = 0;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const mark = FENCE.exec(line)?.[1];
    if (fence !== undefined || mark !== undefined) {
      written.push(line);
      fence = nextFence(fence, mark);
      continue;
    }
    const end = tableEnd(lines, at);
    if (end === undefined) {
      written.push(linkPictures(line));
      continue;
    }
    const table = lines.slice(at, end);
    written.push(...(++tables > MAX_TABLES ? ["```", ...table, "```"] : table.map(linkPictures)));
    at = end - 1;
  }
  return written.join("\n");
}

function nextFence(open: string | undefined, mark: string | undefined): string | undefined {
  if (open === undefined) return mark;
  return mark !== undefined && mark[0] === open[0] && mark.length >= open.length ? undefined : open;
}

/** Where the table that begins at `start` ends; `undefined` when none begins there. */
function tableEnd(lines: readonly string[], start: number): number | undefined {
  if (!(lines[start] ?? "").includes("|") || !DELIMITER_ROW.test(lines[start + 1] ?? "")) return undefined;
  let end = start + 2;
  while (end < lines.length && (lines[end] ?? "").includes("|")) end++;
  return end;
}

/** Bounded, so that a line of nothing but brackets is not searched to its end from each of them. */
function linkPictures(line: string): string {
  return line.replaceAll(
    /!\[([^\]]{0,500})\]\((?!img_)([^)\s]{1,2000})(?:\s[^)]{0,500})?\)/g,
    (_, alt: string, url: string) => `[${alt === "" ? url : alt}](${url})`,
  );
}

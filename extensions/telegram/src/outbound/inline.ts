import type { Token } from "markdown-it";
import { linkable } from "./link.ts";
import { type Page, type Style, createPage } from "./page.ts";

const marks: Readonly<Record<string, "bold" | "italic" | "strikethrough">> = {
  strong_open: "bold",
  em_open: "italic",
  s_open: "strikethrough",
};

/**
 * Writes the words of one block.
 *
 * @param outer - Formatting of what is around it.
 */
export function writeInline(page: Page, outer: readonly Style[], tokens: readonly Token[]): void {
  const styles: Style[] = [...outer];
  /** Links around the current place; `undefined` for those Telegram would refuse, whose address is written out. */
  const links: { readonly href: string; readonly start: number; readonly isShown: boolean }[] = [];
  for (const token of tokens) {
    const mark = marks[token.type];
    if (mark !== undefined) styles.push({ type: mark });
    else if (token.type === "link_open") {
      const href = String(token.attrGet("href") ?? "");
      const isShown = token.markup === "autolink" || !linkable(href);
      links.push({ href, start: page.length, isShown });
      if (!isShown) styles.push({ type: "text_link", url: href });
    } else if (token.type === "link_close") {
      const link = links.pop();
      if (link === undefined) continue;
      if (page.length === link.start) page.write(link.href, styles);
      else if (link.isShown && token.markup !== "autolink") page.write(` (${link.href})`, styles);
      if (!link.isShown) styles.pop();
    } else if (token.type === "image") writeImage(page, styles, token);
    else if (token.type === "code_inline") page.write(token.content, [...styles, { type: "code" }]);
    else if (token.type === "softbreak" || token.type === "hardbreak") page.write("\n", styles);
    else if (token.nesting < 0) styles.pop();
    else page.write(token.content, styles);
  }
}

/** A message shows no pictures between its words: the name leads to it. */
function writeImage(page: Page, styles: readonly Style[], token: Token): void {
  const source = String(token.attrGet("src") ?? "");
  if (linkable(source)) page.write(token.content || source, [...styles, { type: "text_link", url: source }]);
  else page.write([token.content, source].filter((part) => part !== "").join(" "), styles);
}

/** The same words on one line, without formatting. */
export function plainWords(tokens: readonly Token[]): string {
  const page = createPage();
  writeInline(page, [], tokens);
  return page.finish().text.replaceAll("\n", " ");
}

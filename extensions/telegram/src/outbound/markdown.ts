import type { Token } from "markdown-it";
import { plainWords, writeInline } from "./inline.ts";
import { type Formatted, type Page, type Style, createPage } from "./page.ts";
import { layOut } from "./table.ts";

/**
 * Most characters of one message, counted after formatting is taken out.
 *
 * @see https://core.telegram.org/bots/api#sendmessage (read 2026-08)
 */
export const MAX_TEXT = 4_096;

/**
 * Markdown as text with entities: nothing has to be escaped, so nothing can be refused for its syntax. Where spacing and
 * padding would make it longer than one message, tables are set without padding, and at last the markdown goes out as it is:
 * what fits as markdown always fits. Loads the parser on first use.
 */
export async function renderMarkdown(markdown: string): Promise<Formatted> {
  const [{ default: Parser }, { default: cjkFriendly }] = await Promise.all([
    import("markdown-it"),
    // Without it `**“强调”**文字` keeps its asterisks: CommonMark wants space around such quotes.
    import("markdown-it-cjk-friendly"),
  ]);
  const source = markdown.toWellFormed();
  const tokens = new Parser({ html: false, linkify: false }).use(cjkFriendly).parse(source, {});
  for (const padded of [true, false]) {
    const rendered = createWalk(padded).page(tokens);
    if (rendered.text !== "" && rendered.text.length <= MAX_TEXT) return rendered;
  }
  return { text: source.trim(), entities: [] };
}

interface List {
  readonly ordered: boolean;
  next: number;
}

/** One way through the tokens of one text. */
function createWalk(padded: boolean) {
  const page: Page = createPage();
  const styles: Style[] = [];
  const lists: List[] = [];
  /** Line ends before the next block. */
  let gap = 0;
  /** Waits for the first words of its item. */
  let bullet = "";
  let table: string[][] | undefined;

  function begin(): void {
    if (page.length > 0) page.write("\n".repeat(gap), styles);
    if (bullet !== "") page.write(indent(lists.length - 1) + bullet, styles);
    else if (gap > 0) page.write(indent(lists.length), styles);
    gap = 0;
    bullet = "";
  }

  function codeBlock(content: string, language: string): void {
    const code = content.trimEnd();
    if (code.trim() === "") return;
    if (bullet !== "") {
      begin();
      gap = 1;
    }
    if (page.length > 0) page.write("\n".repeat(gap), styles);
    page.write(code, [...styles, { type: "pre", ...(/^[\w+#.-]{1,64}$/.test(language) ? { language } : {}) }]);
    gap = 2;
  }

  function startItem(): void {
    const list = lists.at(-1);
    bullet = list?.ordered === true ? `${list.next++}. ` : "• ";
  }

  function endItem(): void {
    // An item without words.
    if (bullet !== "") begin();
    gap = 1;
  }

  function inline(tokens: readonly Token[]): void {
    if (table !== undefined) return void table.at(-1)?.push(plainWords(tokens));
    begin();
    writeInline(page, styles, tokens);
  }

  function block(token: Token): void {
    switch (token.type) {
      case "bullet_list_open":
      case "ordered_list_open":
        lists.push({ ordered: token.type === "ordered_list_open", next: Number(token.attrGet("start") ?? 1) });
        // A list that is the first thing in an item of another.
        if (bullet !== "") endItem();
        break;
      case "bullet_list_close":
      case "ordered_list_close":
        lists.pop();
        gap = lists.length > 0 ? 1 : 2;
        break;
      case "list_item_open":
        startItem();
        break;
      case "list_item_close":
        endItem();
        break;
      case "blockquote_open":
        begin();
        styles.push({ type: "blockquote" });
        break;
      case "heading_open":
        begin();
        styles.push({ type: "bold" });
        break;
      case "blockquote_close":
      case "heading_close":
        styles.pop();
        gap = 2;
        break;
      case "paragraph_close":
        gap = token.hidden ? 1 : 2;
        break;
      case "hr":
        begin();
        page.write("———", styles);
        gap = 2;
        break;
      case "fence":
      case "code_block":
        codeBlock(token.content, token.info.trim().split(/\s+/)[0] ?? "");
        break;
      case "table_open":
        table = [];
        break;
      case "tr_open":
        table?.push([]);
        break;
      case "table_close":
        codeBlock(layOut(table ?? [], padded), "");
        table = undefined;
        break;
      case "inline":
        inline(token.children ?? []);
        break;
      default:
    }
  }

  return {
    page(tokens: readonly Token[]): Formatted {
      for (const token of tokens) block(token);
      return page.finish();
    },
  };
}

function indent(depth: number): string {
  return "  ".repeat(Math.max(0, depth));
}

import type { Token } from "markdown-it";

/**
 * Markdown in Slack's own notation: `*bold*`, `_italic_`, `~struck~`, `<url|words>`; headings are bold lines, tables rows
 * of words. Loads the parser on first use.
 *
 * @see https://docs.slack.dev/messaging/formatting-message-text (read 2026-11)
 */
export async function slackMarkdown(markdown: string): Promise<string> {
  const [{ default: Parser }, { default: cjkFriendly }] = await Promise.all([
    import("markdown-it"),
    // Without it `**“强调”**文字` keeps its asterisks: CommonMark wants space around such quotes.
    import("markdown-it-cjk-friendly"),
  ]);
  return writeBlocks(new Parser({ html: false, linkify: false }).use(cjkFriendly).parse(markdown, {}));
}

/** The only characters with a meaning of their own outside of the notation. Mentions are written with them as well. */
export function escapeSlack(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

interface List {
  readonly ordered: boolean;
  next: number;
}

/** What has been written, and where in the structure that is. */
interface Page {
  /** `""` is an empty line; code is one entry. */
  readonly lines: string[];
  readonly lists: List[];
  quotes: number;
  bullet: string;
  row: string[] | undefined;
  isHeading: boolean;
}

function writeBlocks(tokens: readonly Token[]): string {
  const page: Page = { lines: [], lists: [], quotes: 0, bullet: "", row: undefined, isHeading: false };
  for (const token of tokens) WRITERS[token.type]?.(page, token);
  return page.lines.join("\n").trim();
}

const WRITERS: Readonly<Record<string, (page: Page, token: Token) => void>> = {
  bullet_list_open: ({ lists }) => void lists.push({ ordered: false, next: 1 }),
  bullet_list_close: endList,
  ordered_list_open: ({ lists }, token) =>
    void lists.push({ ordered: true, next: Number(token.attrGet("start") ?? 1) }),
  ordered_list_close: endList,
  list_item_open: (page) => (page.bullet = bulletOf(page.lists)),
  blockquote_open: (page) => (page.quotes += 1),
  blockquote_close: (page) => (page.quotes -= 1),
  heading_open: (page) => (page.isHeading = true),
  heading_close(page) {
    page.isHeading = false;
    endBlock(page);
  },
  tr_open: (page) => (page.row = []),
  tr_close(page) {
    say(page, (page.row ?? []).join(" | "));
    page.row = undefined;
  },
  table_close: endBlock,
  paragraph_close: endBlock,
  hr(page) {
    say(page, "———");
    endBlock(page);
  },
  fence: writeCode,
  code_block: writeCode,
  inline(page, { children }) {
    const text = writeInline(children ?? [], page.isHeading);
    if (page.row !== undefined) return void page.row.push(text);
    say(page, page.bullet + (page.isHeading && text !== "" ? `*${text}*` : text));
    page.bullet = "";
  },
};

function say({ lines, quotes }: Page, text: string): void {
  lines.push(quotes === 0 ? text : `> ${text.replaceAll("\n", "\n> ")}`);
}

/** An empty line after it; the lines of a list stay together. */
function endBlock({ lines, lists }: Page): void {
  if (lists.length === 0 && lines.at(-1) !== "") lines.push("");
}

function endList(page: Page): void {
  page.lists.pop();
  endBlock(page);
}

function writeCode(page: Page, { content }: Token): void {
  say(page, `\`\`\`\n${escapeSlack(content.trimEnd())}\n\`\`\``);
  endBlock(page);
}

function bulletOf(lists: readonly List[]): string {
  const list = lists.at(-1);
  if (list === undefined) return "";
  return "    ".repeat(lists.length - 1) + (list.ordered ? `${list.next++}. ` : "• ");
}

const MARKS: Readonly<Record<string, string>> = {
  strong_open: "*",
  strong_close: "*",
  em_open: "_",
  em_close: "_",
  s_open: "~",
  s_close: "~",
};

/** @param isBold - The line is bold already: another asterisk would end that. */
function writeInline(tokens: readonly Token[], isBold: boolean): string {
  let text = "";
  let href = "";
  let label = 0;
  for (const token of tokens) {
    if (token.type === "softbreak" || token.type === "hardbreak") text += "\n";
    else if (token.type === "code_inline") text += `\`${escapeSlack(token.content)}\``;
    else if (token.type === "link_open") {
      href = String(token.attrGet("href") ?? "");
      label = text.length;
    } else if (token.type === "link_close") text = text.slice(0, label) + link(href, text.slice(label));
    else if (token.type === "image") text += link(String(token.attrGet("src") ?? ""), escapeSlack(token.content));
    else if (!(isBold && token.type.startsWith("strong"))) text += MARKS[token.type] ?? escapeSlack(token.content);
  }
  return text;
}

/** Only what is an address becomes a link: `<!channel|words>` would call everybody. */
function link(href: string, words: string): string {
  const address = escapeSlack(href);
  if (!/^(?:https?|mailto|tel):/i.test(href)) return words === address ? words : `${words} (${address})`;
  return words === "" || words === address ? `<${address}>` : `<${address}|${words.replaceAll("|", "¦")}>`;
}

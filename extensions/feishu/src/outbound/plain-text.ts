import type { Token } from "markdown-it";

/**
 * Markdown as plain words, for the kind of message that has no formatting: lists keep their marks, links their address,
 * code its lines. Loads the parser on first use.
 */
export async function plainText(markdown: string): Promise<string> {
  const [{ default: Parser }, { default: cjkFriendly }] = await Promise.all([
    import("markdown-it"),
    // Without it `**“强调”**文字` keeps its asterisks: CommonMark wants space around such quotes.
    import("markdown-it-cjk-friendly"),
  ]);
  return write(new Parser({ html: false, linkify: false }).use(cjkFriendly).parse(markdown, {}));
}

interface List {
  readonly ordered: boolean;
  next: number;
}

function write(tokens: readonly Token[]): string {
  const lists: List[] = [];
  const blocks: string[] = [];
  let bullet = "";
  let row: string[] | undefined;
  for (const token of tokens) {
    switch (token.type) {
      case "bullet_list_open":
      case "ordered_list_open":
        lists.push({ ordered: token.type === "ordered_list_open", next: Number(token.attrGet("start") ?? 1) });
        break;
      case "bullet_list_close":
      case "ordered_list_close":
        lists.pop();
        break;
      case "list_item_open":
        bullet = bulletOf(lists);
        break;
      case "tr_open":
        row = [];
        break;
      case "tr_close":
        blocks.push((row ?? []).join(" | "));
        row = undefined;
        break;
      case "hr":
        blocks.push("———");
        break;
      case "fence":
      case "code_block":
        blocks.push(token.content.trimEnd());
        break;
      case "inline":
        if (row === undefined) blocks.push(bullet + inlineText(token.children ?? []));
        else row.push(inlineText(token.children ?? []));
        bullet = "";
        break;
      case "paragraph_close":
      case "heading_close":
      case "table_close":
        if (lists.length === 0) blocks.push("");
        break;
      default:
    }
  }
  return blocks.join("\n").trim();
}

function bulletOf(lists: readonly List[]): string {
  const list = lists.at(-1);
  if (list === undefined) return "";
  return "  ".repeat(lists.length - 1) + (list.ordered ? `${list.next++}. ` : "• ");
}

function inlineText(tokens: readonly Token[]): string {
  let text = "";
  let href = "";
  let label = 0;
  for (const token of tokens) {
    if (token.type === "softbreak" || token.type === "hardbreak") text += "\n";
    else if (token.type === "link_open") {
      href = String(token.attrGet("href") ?? "");
      label = text.length;
    } else if (token.type === "link_close") {
      if (text.slice(label) !== href) text += ` (${href})`;
    } else if (token.type === "image") text += `${token.content} (${token.attrGet("src") ?? ""})`;
    else text += token.content;
  }
  return text;
}

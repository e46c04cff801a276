import markdownIt from "markdown-it";
import cjkFriendly from "markdown-it-cjk-friendly";

/** Text, or one element of the few a page may build. There is no other attribute than these, and no HTML text anywhere. */
export type Node = string | ElementNode;

interface ElementNode {
  readonly tag: Tag;
  /** Of `a`: http, https or mailto only. */
  readonly href?: string;
  /** Of `ol`. */
  readonly start?: number;
  readonly children: readonly Node[];
}

export const TAGS = [
  ...(["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "hr", "br"] as const),
  ...(["strong", "em", "s", "a", "table", "thead", "tbody", "tr", "th", "td"] as const),
] as const;
type Tag = (typeof TAGS)[number];

const LINK_SCHEMES: ReadonlySet<string> = new Set(["http:", "https:", "mailto:"]);
const KNOWN_TAGS: ReadonlySet<string> = new Set(TAGS);

type Token = ReturnType<ReturnType<typeof markdownIt>["parse"]>[number];
type Draft = { tag: Tag | undefined; attributes: { href?: string; start?: number }; children: Node[] };

/** Makes the function that turns CommonMark, with tables and bare links, into elements. Raw HTML stays text. */
export function createMarkdownReader(): (markdown: string) => readonly Node[] {
  const parser = markdownIt({ html: false, linkify: true, breaks: true }).use(cjkFriendly);
  return (markdown) => build(parser.parse(markdown, {}));
}

function build(tokens: readonly Token[]): readonly Node[] {
  const root: Draft = { tag: undefined, attributes: {}, children: [] };
  const open: Draft[] = [root];
  for (const token of tokens) {
    const parent = open.at(-1) ?? root;
    if (token.nesting === 1) open.push(draftOf(token));
    else if (token.nesting === 0) parent.children.push(...leaf(token));
    else if (open.length > 1) {
      open.pop();
      (open.at(-1) ?? root).children.push(...finished(parent));
    }
  }
  return root.children;
}

/** An element that is not known, or not wanted here, leaves only what it holds. */
function draftOf(token: Token): Draft {
  const tag = token.hidden || !isTag(token.tag) ? undefined : token.tag;
  if (tag === "a") return linkDraft(String(token.attrGet("href") ?? ""));
  const start = tag === "ol" ? Number(token.attrGet("start") ?? 1) : 1;
  return { tag, attributes: start === 1 ? {} : { start }, children: [] };
}

function linkDraft(target: string): Draft {
  const href = safeLink(target);
  return href === undefined
    ? { tag: undefined, attributes: {}, children: [] }
    : { tag: "a", attributes: { href }, children: [] };
}

function finished({ tag, attributes, children }: Draft): readonly Node[] {
  return tag === undefined ? children : [{ tag, ...attributes, children }];
}

function leaf(token: Token): readonly Node[] {
  switch (token.type) {
    case "inline":
      return build(token.children ?? []);
    case "fence":
    case "code_block":
      return [{ tag: "pre", children: [{ tag: "code", children: [token.content] }] }];
    case "code_inline":
      return [{ tag: "code", children: [token.content] }];
    case "hardbreak":
    case "softbreak":
      return [{ tag: "br", children: [] }];
    case "hr":
      return [{ tag: "hr", children: [] }];
    case "image":
      return image(token);
    default:
      return token.content === "" ? [] : [token.content];
  }
}

/** Pictures of other servers would tell them who reads: a link stands for them. */
function image(token: Token): readonly Node[] {
  const href = safeLink(String(token.attrGet("src") ?? ""));
  const words = token.content === "" ? (href ?? "") : token.content;
  if (href === undefined) return words === "" ? [] : [words];
  return [{ tag: "a", href, children: [words] }];
}

function safeLink(target: string): string | undefined {
  const url = URL.parse(target);
  return url !== null && LINK_SCHEMES.has(url.protocol) ? url.href : undefined;
}

function isTag(name: string): name is Tag {
  return KNOWN_TAGS.has(name);
}

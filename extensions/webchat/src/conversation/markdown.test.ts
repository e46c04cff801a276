import { expect, test } from "vitest";
import { type Node, TAGS, createMarkdownReader } from "./markdown.ts";

const read = createMarkdownReader();

/** Every element, with what it holds. */
function elements(nodes: readonly Node[]): readonly Exclude<Node, string>[] {
  return nodes.flatMap((node) => (typeof node === "string" ? [] : [node, ...elements(node.children)]));
}

function text(nodes: readonly Node[]): string {
  return nodes.map((node) => (typeof node === "string" ? node : text(node.children))).join("");
}

test("reads the usual markdown", () => {
  expect(read("# Title\n\nSome **bold**, *soft*, ~~gone~~ and `code`.")).toEqual([
    { tag: "h1", children: ["Title"] },
    {
      tag: "p",
      children: [
        "Some ",
        { tag: "strong", children: ["bold"] },
        ", ",
        { tag: "em", children: ["soft"] },
        ", ",
        { tag: "s", children: ["gone"] },
        " and ",
        { tag: "code", children: ["code"] },
        ".",
      ],
    },
  ]);
  expect(read("```js\nlet a = '<b>';\n```")).toEqual([
    { tag: "pre", children: [{ tag: "code", children: ["let a = '<b>';\n"] }] },
  ]);
  expect(read("3. three\n4. four")).toMatchObject([{ tag: "ol", start: 3, children: [{ tag: "li" }, { tag: "li" }] }]);
  expect(read("| a | b |\n|---|---|\n| 1 | 2 |")).toMatchObject([
    { tag: "table", children: [{ tag: "thead" }, { tag: "tbody" }] },
  ]);
  expect(read("**发布**完成")).toEqual([{ tag: "p", children: [{ tag: "strong", children: ["发布"] }, "完成"] }]);
  expect(read("one\ntwo")).toEqual([{ tag: "p", children: ["one", { tag: "br", children: [] }, "two"] }]);
});

test("links lead to web pages and mail only", () => {
  const href = (markdown: string) => elements(read(markdown)).find(({ tag }) => tag === "a")?.href;
  expect(href("[x](https://example.com/a?b=c)")).toBe("https://example.com/a?b=c");
  expect(href("see https://example.com")).toBe("https://example.com/");
  expect(href("[x](mailto:ada@example.com)")).toBe("mailto:ada@example.com");
  expect(href("![chart](https://example.com/c.png)")).toBe("https://example.com/c.png");
});

test.each([
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<svg/onload=alert(1)>",
  "[x](javascript:alert(1))",
  "[x](JaVaScRiPt:alert(1))",
  "[x](java\tscript:alert(1))",
  "[x](&#106;avascript:alert(1))",
  "[x](vbscript:x)",
  "[x](data:text/html;base64,PHNjcmlwdD4=)",
  "![x](javascript:alert(1))",
  "![x](data:image/svg+xml,<svg onload=alert(1)>)",
  "<javascript:alert(1)>",
  "[x]: javascript:alert(1)\n\n[x]",
  '[x](<javascript:alert(1)> "title")',
  '[a](https://e.com "\\" onmouseover=alert(1)")',
  "[x](file:///etc/passwd)",
  "[x](ftp://example.com/a)",
  "[x](intent://evil#Intent;end)",
  "![x](blob:https://example.com/1)",
  "[x](//evil.example.com)",
  "```html\n<script>alert(1)</script>\n```",
  "<!-- --><a href='javascript:alert(1)'>x</a>",
  "<details open ontoggle=alert(1)>",
  "**<iframe srcdoc='<script>alert(1)</script>'>**",
])("%j becomes known elements, safe links and words", (hostile) => {
  const nodes = read(hostile);
  for (const element of elements(nodes)) {
    expect(TAGS).toContain(element.tag);
    expect(Object.keys(element).filter((key) => !["tag", "children", "href", "start"].includes(key))).toEqual([]);
    expect(element.href ?? "https://none").toMatch(/^(?:https?:\/\/|mailto:)/);
  }
});

test("raw HTML stays readable as words", () => {
  expect(text(read("a <b>bold</b> &lt;claim&gt;"))).toBe("a <b>bold</b> <claim>");
});

test("deep nesting and a long line come to an end", () => {
  expect(elements(read(`${">".repeat(5_000)} deep`)).length).toBeLessThan(500);
  expect(text(read("a*".repeat(8_000))).length).toBeGreaterThan(0);
});

import { expect, test } from "vitest";
import { cardMarkdown } from "./card-markdown.ts";

const table = "| a | b |\n|---|:-:|\n| 1 | 2 |";

test("keeps three tables and shows the rest as code", () => {
  const written = cardMarkdown([table, table, table, table].join("\n\n"));
  expect(written).toBe([table, table, table, `\`\`\`\n${table}\n\`\`\``].join("\n\n"));
});

test("counts no tables inside code", () => {
  const code = `~~~~\n${table}\n\`\`\`\n${table}\n~~~~`;
  expect(cardMarkdown([code, table, table, table].join("\n\n"))).toBe([code, table, table, table].join("\n\n"));
});

test("turns pictures from elsewhere into links, but not uploaded ones and not in code", () => {
  expect(cardMarkdown('see ![cat](https://example.com/c.png "a cat") ![](https://example.com/d.png)')).toBe(
    "see [cat](https://example.com/c.png) [https://example.com/d.png](https://example.com/d.png)",
  );
  expect(cardMarkdown("![cat](img_v3_02ab)")).toBe("![cat](img_v3_02ab)");
  expect(cardMarkdown("```\n![cat](https://x)\n```")).toBe("```\n![cat](https://x)\n```");
});

test("leaves everything else as it is", () => {
  const text = "# Title\n\na | b\n- x\n\n---\n\n| not a table\n";
  expect(cardMarkdown(text)).toBe(text);
});

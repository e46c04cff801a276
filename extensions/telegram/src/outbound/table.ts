/** A table in letters of one width. Characters of East Asian scripts and most emoji are two wide. */
export function layOut(rows: readonly (readonly string[])[], padded: boolean): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ""))));
  const line = (row: readonly string[]) =>
    widths
      .map((width, column) => pad(row[column] ?? "", padded ? width : 0))
      .join(" | ")
      .trimEnd();
  const [head = [], ...body] = rows;
  const rule = padded ? [widths.map((width) => "-".repeat(width)).join("-+-")] : [];
  return [line(head), ...rule, ...body.map(line)].join("\n");
}

function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uff60]|\p{Emoji_Presentation}/u;

function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += WIDE.test(character) ? 2 : 1;
  return width;
}

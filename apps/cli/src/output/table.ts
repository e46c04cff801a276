import stringWidth from "fast-string-width";

const GAP = "  ";

/**
 * Columns of text, aligned also where characters are two cells wide or coloured.
 *
 * @param head - Titles; as many as cells in each row.
 * @param rows - Cells without line breaks. An empty column is left out.
 * @returns Lines without trailing blanks; just the titles when there are no rows.
 */
export function tableLines(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const used = head.map((_, column) => rows.length === 0 || rows.some((row) => (row[column] ?? "") !== ""));
  const lines = [head, ...rows].map((row) => row.filter((_, column) => used[column]));
  const widths = head
    .filter((_, column) => used[column])
    .map((_, column) => Math.max(...lines.map((row) => stringWidth(row[column] ?? ""))));
  return lines.map((row) =>
    row
      .map((cell, column) => padTo(cell, widths[column] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
}

function padTo(cell: string, width: number): string {
  return cell + " ".repeat(Math.max(0, width - stringWidth(cell)));
}

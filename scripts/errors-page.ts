// Writes docs/errors.md: every code that Loong and its own extensions can show, from their tables.
import { globSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { LoongError } from "@loong/sdk";
import { root } from "./workspace.ts";

export const ERRORS_PAGE: string = join(root, "docs/errors.md");

type Table = { readonly codes: readonly string[] } & Readonly<Record<string, (args: readonly unknown[]) => LoongError>>;

const HEAD = `# Errors

Every error has a code, says what happened, and gives a hint that names the command or key that mends it. With \`--json\` the
same comes as \`{"error": {"code", "message", "hint"}}\`. Where a row says \`…\`, the case fills it in.

This page is made from the tables in the code (\`pnpm errors-page\`), and a test compares the two.
`;

/** The page as the tables have it now: a package may have several, each beside the code that throws its errors. */
export async function renderErrorsPage(): Promise<string> {
  const files = globSync("{packages,extensions,apps}/*/src/**/errors.ts", { cwd: root }).toSorted();
  const byPackage = Map.groupBy(files, (file) => file.split("/").slice(0, 2).join("/"));
  const sections: string[] = [];
  for (const [name, tableFiles] of byPackage) {
    const rows = (await Promise.all(tableFiles.map(rowsOf))).flat().toSorted();
    if (rows.length === 0) continue;
    sections.push(`## ${name}\n\n| Code | What happened | What to do |\n|---|---|---|\n${rows.join("\n")}\n`);
  }
  return `${HEAD}\n${sections.join("\n")}`;
}

async function rowsOf(file: string): Promise<readonly string[]> {
  const module = (await import(pathToFileURL(join(root, file)).href)) as Record<string, unknown>;
  const tables = Object.values(module).filter(isTable);
  return tables.flatMap((table) => table.codes.map((code) => row(code, table[code])));
}

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && Array.isArray((value as { codes?: unknown }).codes);
}

/** What the case fills in, for any kind of argument: text, list, number or object. */
const blank: unknown = new Proxy(() => blank, {
  get: (_, key) => {
    if (key === Symbol.toPrimitive) return (hint: string) => (hint === "number" ? Number.NaN : "…");
    if (key === Symbol.iterator) return function* () {};
    if (key === "toString" || key === "join") return () => "…";
    if (key === "length") return 1;
    if (key === "toJSON") return () => "…";
    return blank;
  },
});

function row(code: string, make: ((args: readonly unknown[]) => LoongError) | undefined): string {
  const error = make?.(Array.from({ length: 8 }, () => blank));
  const cell = (text: string | undefined) =>
    (text ?? "")
      .replaceAll("NaN", "…")
      .replaceAll("|", "\\|")
      .replaceAll(/\s*\n\s*/g, " ");
  return `| \`${code}\` | ${cell(error?.message)} | ${cell(error?.hint)} |`;
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(ERRORS_PAGE, await renderErrorsPage());
  console.log("wrote docs/errors.md");
}

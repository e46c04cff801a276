// Writes docs/sdk.md: every name of the contract with its signature and docstring, from the code.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CONTRACT_VERSION } from "@loong/sdk";
import { type Declaration, declarationsOf } from "./declarations.ts";
import { root } from "./workspace.ts";

export const SDK_REFERENCE: string = join(root, "docs/sdk.md");

const SDK = "packages/sdk";

const HEAD = `# The contract, name by name

Every name that \`@loong/sdk\` exports, as it stands in the code. This is contract ${CONTRACT_VERSION}; [The contract](contract.md) says what may
change and what a plugin may rely on, [Writing a channel](writing-a-channel.md) shows how the names work together.

This page is made from the docstrings (\`pnpm sdk-reference\`), and a test compares the two.
`;

/** The order to read them in: a channel first, then what crosses it, then what only some need. */
const TITLES: Readonly<Record<string, string>> = {
  channel: "Channels",
  messages: "Messages",
  policy: "Policies",
  schema: "Schemas of accounts and settings",
  define: "Definitions",
  errors: "Errors",
  "foreign-json": "JSON from outside",
  "public-address": "Addresses from outside",
  "bounded-bytes": "Files from outside",
  agent: "Agents",
  manifest: "Manifest and contract version",
};

/** Every exported name, by module. @throws Error when the package exports a module that has no title here. */
export function sdkDeclarations(): ReadonlyMap<string, readonly Declaration[]> {
  const index = readFileSync(join(root, SDK, "src/index.ts"), "utf8");
  const modules = [...index.matchAll(/from "\.\/([\w-]+)\.ts"/g)].map((match) => match[1] ?? "");
  const untitled = modules.filter((module) => TITLES[module] === undefined);
  if (untitled.length > 0) throw new Error(`scripts/sdk-reference.ts has no title for ${untitled.join(", ")}`);
  return declarationsOf(
    SDK,
    Object.keys(TITLES).filter((module) => modules.includes(module)),
  );
}

/** The page as the docstrings have it now. */
export function renderSdkReference(): string {
  const sections = [...sdkDeclarations()].map(([module, declarations]) => section(TITLES[module] ?? "", declarations));
  return `${HEAD}\n${sections.join("\n")}`;
}

function section(title: string, declarations: readonly Declaration[]): string {
  const contents = declarations.map(({ name }) => `[${name}](#${name.toLowerCase()})`).join(" · ");
  return [`## ${title}\n`, `${contents}\n`, ...declarations.map(entry)].join("\n");
}

function entry({ name, doc, signature }: Declaration): string {
  const words = prose(doc);
  return [`### ${name}\n`, ...(words === "" ? [] : [`${words}\n`]), `\`\`\`ts\n${signature}\n\`\`\`\n`].join("\n");
}

/** A docblock as Markdown: its words, then its tags as a list. */
function prose(doc: string): string {
  const [words = "", ...tags] = doc.split(/^(?=@\w)/m).map((part) => part.trim());
  const listed = tags.filter((tag) => !tag.startsWith("@example")).map(tagLine);
  const examples = tags.filter((tag) => tag.startsWith("@example")).map(example);
  return [words, listed.join("\n"), ...examples].filter((part) => part !== "").join("\n\n");
}

const LABELS: Readonly<Record<string, string>> = {
  returns: "Returns ",
  throws: "Throws ",
  see: "See ",
  deprecated: "**Deprecated.** ",
};

function tagLine(tag: string): string {
  const [, kind = "", text = ""] = /^@(\w+)\s*([\s\S]*)$/.exec(tag) ?? [];
  const line = text.replaceAll(/\s*\n\s*/g, " ");
  if (kind === "param") return `- ${line.replace(/^(\S+)(?: -)? /, "`$1`: ")}`;
  return `- ${LABELS[kind] ?? `${kind}: `}${line}`;
}

function example(tag: string): string {
  return `\`\`\`ts\n${tag.replace(/^@example\s*/, "")}\n\`\`\``;
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(SDK_REFERENCE, renderSdkReference());
  console.log("wrote docs/sdk.md");
}

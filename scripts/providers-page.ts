// Writes docs/providers.md: every kind of model provider, from the agent's own table.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findKind, kindNames } from "../extensions/agent-llm/src/providers.ts";
import { markdownTable } from "./markdown-table.ts";
import { root } from "./workspace.ts";

export const PROVIDERS_PAGE: string = join(root, "docs/providers.md");

const HEAD = `# Model providers

Every \`kind\` that a \`providers.<name>\` may have, where it is reached, and the environment variable its key is usually kept in. All other
keys of a provider are in [agent-llm](../extensions/agent-llm/README.md).

\`\`\`yaml
activeProvider: main
providers:
  main:
    kind: byteplus
    apiKey: { env: BYTEPLUS_API_KEY }
    model: auto
\`\`\`

\`baseUrl\` replaces the address. The general and the coding plan of a provider are billed differently, so a kind that is pointed at the other one's
address is a configuration error.

This page is made from the code (\`pnpm providers-page\`), and a test compares the two.
`;

/** The page as the table has it now. */
export function renderProvidersPage(): string {
  const kinds = [...new Set(kindNames.map(findKind))].filter((kind) => kind !== undefined);
  const rows = kinds.map(({ id, aliases, label, baseUrl, keyEnv, protocol, lane }) => [
    [id, ...aliases].map((name) => `\`${name}\``).join(", "),
    label,
    baseUrl === undefined ? "write `baseUrl`" : `\`${baseUrl}\``,
    keyEnv.length === 0 ? "no key needed" : keyEnv.map((name) => `\`${name}\``).join(", "),
    protocol === "anthropic" ? "messages" : "chat completions",
    lane === undefined ? "" : `${lane.name}; the other one is \`${lane.otherKind}\``,
  ]);
  return `${HEAD}\n${markdownTable(["Kind", "Provider", "Address", "Key", "Protocol", "Plan"], rows)}`;
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(PROVIDERS_PAGE, renderProvidersPage());
  console.log("wrote docs/providers.md");
}

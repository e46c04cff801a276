// Writes the list of checks into docs/security.md, from the code. What stands above it is written by hand.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Rule, rules } from "@loong/host/security";
import { markdownTable } from "./markdown-table.ts";
import { root } from "./workspace.ts";

export const SECURITY_PAGE: string = join(root, "docs/security.md");

const HEADING = "## All checks\n";

const SUBJECTS: Readonly<Record<string, string>> = {
  access: "Who may speak",
  config: "The config file",
  secrets: "Secrets",
  files: "Files",
  place: "Where the state directory is",
  logs: "Logs",
  gateway: "The gateway's address",
  webhooks: "Webhooks and pages",
  network: "Where it connects to",
  plugins: "Plugins",
  environment: "Environment",
  service: "The service",
};

/** The page with the list as the code has it now. */
export function renderSecurityPage(page: string): string {
  const [prose = ""] = page.split(HEADING);
  const sections = [...Map.groupBy(rules, subjectOf)].map(([subject, group]) => {
    const rows = group.map((rule) => [`\`${rule.id}\``, rule.severity, `${rule.title}. ${rule.why}`, mendOf(rule)]);
    return `### ${SUBJECTS[subject] ?? subject}\n\n${markdownTable(["Id", "", "Found when, and why it matters", "What mends it"], rows)}`;
  });
  const note = `${rules.length} of them. KEY and FILE stand for what a finding names. The list is made from the code (\`pnpm security-page\`), and a test
compares the two.\n`;
  return `${prose}${HEADING}\n${note}\n${sections.join("\n")}`;
}

export function securityPage(): string {
  return readFileSync(SECURITY_PAGE, "utf8");
}

function subjectOf({ id }: Rule): string {
  return id.split(".")[0] ?? id;
}

function mendOf({ mend }: Rule): string {
  return mend({ key: "KEY", file: "FILE", mode: "MODE" });
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(SECURITY_PAGE, renderSecurityPage(securityPage()));
  console.log("wrote docs/security.md");
}

import type { AuditReport, Finding, Severity } from "@loong/api";
import { createMender, type Mender } from "../doctor/mender.ts";
import type { HostOptions } from "../options.ts";
import { rules } from "./catalogue.ts";
import { type Machine, thisMachine } from "./machine.ts";
import { setMode } from "./mend-mode.ts";
import type { Rule, Trace } from "./rule.ts";
import { look, type Sight } from "./sight.ts";

export { rules };
export type { Rule } from "./rule.ts";
export type { Machine } from "./machine.ts";

export interface AuditOptions extends HostOptions {
  /** Set the modes of files right. Nothing else is changed. */
  readonly fix?: boolean;
  /** With `fix`: only say what would be changed. */
  readonly dryRun?: boolean;
  /** Only what is at least this bad. Default: everything. */
  readonly severity?: Severity;
  /** Default: the one this process runs on. */
  readonly machine?: Machine;
}

const SEVERITIES: readonly Severity[] = ["critical", "warning", "info"];

/** Looks for what makes an installation less safe than it could be. Runs no plugin and no command, asks nobody. */
export async function audit(options: AuditOptions): Promise<AuditReport> {
  const { fix = false, dryRun = false, severity = "info", machine = thisMachine(process) } = options;
  const sight = await look(options, machine);
  const wanted = rules.filter((rule) => SEVERITIES.indexOf(rule.severity) <= SEVERITIES.indexOf(severity));
  const mender = createMender(fix ? (dryRun ? "plan" : "mend") : "look");
  const findings: Finding[] = [];
  for (const [rule, trace] of await traces(wanted, sight)) {
    const isMended = await mendMode(trace, mender);
    if (!isMended) findings.push(findingOf(rule, trace));
  }
  findings.sort((one, other) => SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity));
  const count = (of: Severity) => findings.filter((finding) => finding.severity === of).length;
  const summary = { critical: count("critical"), warning: count("warning"), info: count("info") };
  return {
    schema: { version: 1, surface: "security-audit" },
    ok: summary.critical + summary.warning === 0,
    checks: wanted.length,
    summary,
    findings,
    // A file that two keys name is closed once.
    fixed: [...new Set(mender.done)],
    wouldFix: [...new Set(mender.planned)],
  };
}

async function traces(wanted: readonly Rule[], sight: Sight): Promise<readonly (readonly [Rule, Trace])[]> {
  const found = await Promise.all(
    wanted.map(async (rule) => (await rule.find(sight)).map((trace) => [rule, trace] as const)),
  );
  return found.flat();
}

/** What cannot be set, because it is somebody else's or has become a link, stays a finding. */
async function mendMode({ file, mode }: Trace, mender: Mender): Promise<boolean> {
  if (file === undefined || mode === undefined) return false;
  try {
    return await mender.mend(`chmod ${mode.toString(8)} ${file}`, async () => setMode(file, mode));
  } catch {
    return false;
  }
}

function findingOf({ id, severity, title, why, mend }: Rule, { key, file, mode, found }: Trace): Finding {
  const place = { key: shellWord(key ?? ""), file: shellWord(file ?? ""), mode: mode?.toString(8) ?? "" };
  return { id, severity, title, found, why, mend: mend(place), key: key ?? null, file: file ?? null };
}

/** As it is typed at a prompt. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

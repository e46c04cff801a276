import { type Static, Type } from "typebox";

/** `critical`: somebody can get in, read secrets or run code. `warning`: one mistake away from it. `info`: worth knowing. */
export const Severity = Type.Union([Type.Literal("critical"), Type.Literal("warning"), Type.Literal("info")]);
export type Severity = Static<typeof Severity>;

/** One thing that was found. Never holds a secret. */
export const Finding = Type.Object({
  /** Stable: `"access.dm-open"`. What stands before the dot is the subject. */
  id: Type.String(),
  severity: Severity,
  title: Type.String(),
  found: Type.String(),
  why: Type.String(),
  /** The command, or the key, that mends it. */
  mend: Type.String(),
  /** The key, as written in the config file. */
  key: Type.Union([Type.String(), Type.Null()]),
  /** Absolute. */
  file: Type.Union([Type.String(), Type.Null()]),
});
export type Finding = Static<typeof Finding>;

/** `loong security audit --json`. */
export const AuditReport = Type.Object({
  schema: Type.Object({ version: Type.Literal(1), surface: Type.Literal("security-audit") }),
  /** Nothing critical and no warning is left. */
  ok: Type.Boolean(),
  /** How many things were looked for. */
  checks: Type.Number(),
  summary: Type.Object({ critical: Type.Number(), warning: Type.Number(), info: Type.Number() }),
  /** The worst first. */
  findings: Type.Array(Finding),
  /** What `--fix` changed, as one would type it: `"chmod 600 /home/ada/.loong/config.yaml"`. */
  fixed: Type.Array(Type.String()),
  /** What `--fix` would change, with `--dry-run`. */
  wouldFix: Type.Array(Type.String()),
});
export type AuditReport = Static<typeof AuditReport>;

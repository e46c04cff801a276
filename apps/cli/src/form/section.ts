import type { KeyPath } from "@loong/config";
import type { JsonValue, Problem } from "@loong/sdk";
import type { Field } from "./fields.ts";
import type { Standing } from "./standing.ts";

/** What was answered, by key: only what changes. `null` removes a key. */
export type Answers = Readonly<Record<string, JsonValue>>;

/** One table of the config file, as it is filled in at a terminal. */
export interface Section {
  /** `"Acme Chat, account work"` */
  readonly title: string;
  /** As the operator would write it. */
  readonly path: KeyPath;
  readonly fields: readonly Field[];
  /** Answers that came before the form: what the table is named after. */
  readonly preset: Answers;
  standing(field: Field): Standing;
  envNames(field: Field): readonly string[];
  likelyNames(field: Field): readonly string[];
  /** What is written for the answers. */
  patch(answers: Answers): Patch;
  /** Whether what would be written works. Absent: there is nobody to ask. */
  readonly trial?: (answers: Answers) => Promise<Verdict>;
  /** What a trial may disturb: the operator is asked first. */
  readonly caution?: string;
}

/** A merge patch of the config file (RFC 7396). */
export type Patch = { [key: string]: JsonValue };

export interface Verdict {
  readonly ok: boolean;
  /** `"Works as Ops Bot (ou_…)."` */
  readonly summary: string;
  readonly problems: readonly Problem[];
  readonly notices: readonly Problem[];
}

/** `{ a: { b: value } }` for the keys `a`, `b`. */
export function patchAt(path: KeyPath, value: JsonValue): Patch {
  return path.reduceRight<JsonValue>((inner, key) => ({ [key]: inner }), value) as Patch;
}

import { configErrors } from "../errors.ts";
import { formatPath, parsePath } from "../key-path.ts";
import type { LocatedFile } from "../locate.ts";
import { interpretText, type ReadOptions } from "../read.ts";
import { hideSecrets, inlineSecrets } from "../redact.ts";
import { isPlainObject, type PlainObject } from "../source/document.ts";
import type { Config, ConfigFormat, ConfigProblem, KeyPath } from "../types.ts";
import { applyEdit } from "./apply.ts";
import { locatePath } from "./locate-path.ts";
import { refuseLoss, refuseNewErrors, refuseTorn } from "./refusals.ts";
import { type Change, editsFor, isReferenceLike, type NewValue } from "./steps.ts";
import { currentText, editableFile, locked, write } from "./target.ts";

export interface EditOptions extends Omit<ReadOptions, "validate"> {
  /** Change nothing; say what would change. */
  readonly dryRun?: boolean;
  /** Let a channel go. */
  readonly allowLoss?: boolean;
}

/** What was done, or would be. */
export interface EditReport {
  readonly file: string;
  readonly format: ConfigFormat;
  /** The file is new. */
  readonly created: boolean;
  readonly changed: boolean;
  /** The keys as they stand in the file: `chat.app_id`. */
  readonly paths: readonly string[];
  /** Unified, secrets as `***`. */
  readonly diff: string;
  /** What is wrong with the file after the change. */
  readonly problems: readonly ConfigProblem[];
}

/**
 * Sets one key where it already stands, in whatever spelling; a new key goes where its table is. Makes the file when there
 * is none.
 *
 * @throws LoongError CONFIG_*: the path is unknown, the value would be wrong, the file is torn or cannot be written, or the value has
 * a key twice.
 */
export async function setValue(options: EditOptions, path: string | KeyPath, value: NewValue): Promise<EditReport> {
  return edit(options, [{ path: pathOf(path), value }]);
}

/**
 * Removes one key.
 * @throws LoongError CONFIG_NOT_SET, CONFIG_WOULD_LOSE_CHANNEL, and as `setValue`.
 */
export async function unsetValue(options: EditOptions, path: string | KeyPath): Promise<EditReport> {
  return edit(options, [{ path: pathOf(path), value: undefined }]);
}

/**
 * Applies a merge patch (RFC 7396): tables are merged, `null` removes, everything else replaces. All of it or nothing.
 * @throws LoongError as `setValue` and `unsetValue`, but removing what is not there is no error.
 */
export async function patchValue(options: EditOptions, patch: PlainObject): Promise<EditReport> {
  return edit(options, changesOf(patch, []), { forgiving: true });
}

/**
 * The config as it would be after `patchValue`, its secrets where they would be found then. Changes nothing.
 * @throws LoongError as `patchValue`.
 */
export async function configAfter(options: EditOptions, patch: PlainObject): Promise<Config> {
  const { file, text } = await planNow(options, changesOf(patch, []), true);
  return interpretText(file, text, options);
}

function changesOf(patch: PlainObject, path: KeyPath): readonly Change[] {
  return Object.entries(patch).flatMap(([key, value]) => {
    const here = [...path, key];
    if (value === null) return [{ path: here, value: undefined }];
    // A reference replaces the one before it: `{env}` merged into `{file}` would be neither.
    const goesOn = isPlainObject(value) && !isReferenceLike(value) && Object.keys(value).length > 0;
    return goesOn ? changesOf(value, here) : [{ path: here, value: { json: value } }];
  });
}

const ATTEMPTS = 5;

/** An editor that saves between our reading and our renaming makes us start over, on what it wrote. */
async function edit(
  options: EditOptions,
  changes: readonly Change[],
  mode: { readonly forgiving?: boolean } = {},
): Promise<EditReport> {
  const forgiving = mode.forgiving === true;
  if (options.dryRun === true) return (await planNow(options, changes, forgiving)).report;
  return locked(options.paths, async () => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const { file, before, text, report } = await planNow(options, changes, forgiving);
      if (!report.changed) return report;
      if ((await currentText(file, options.paths)) !== before) continue;
      await write(file, text, options.paths);
      return report;
    }
    throw configErrors.CONFIG_CHANGED_MEANWHILE([(await editableFile(options.paths)).path]);
  });
}

async function planNow(options: EditOptions, changes: readonly Change[], forgiving: boolean) {
  const file = await editableFile(options.paths);
  const before = await currentText(file, options.paths);
  return { file, before, ...(await plan(file, before, changes, options, forgiving)) };
}

async function plan(
  file: LocatedFile,
  text: string,
  changes: readonly Change[],
  options: EditOptions,
  forgiving: boolean,
) {
  const before = await interpretText(file, text, options);
  refuseTorn(before);
  let current = before;
  let next = text;
  const paths = new Set<string>();
  const keys = new Set<string>();
  for (const change of changes) {
    const { tree, schema } = current.source.parts;
    const key = formatPath(locatePath(change.path, schema, tree).canonical);
    if (keys.has(key)) throw configErrors.CONFIG_VALUE_TWICE([key]);
    keys.add(key);
    for (const step of await editsFor(change, current, forgiving)) {
      next = await applyEdit(next, file.format, step);
      paths.add(formatPath(step.path));
    }
    current = await interpretText(file, next, { ...options, validate: false });
  }
  const after = await interpretText(file, next, options);
  refuseLoss(before, after, options.allowLoss === true);
  refuseNewErrors(before, after);
  const facts = {
    file: file.path,
    format: file.format,
    created: !file.exists,
    changed: next !== text,
    paths: [...paths],
  };
  const diff = await safeDiff(file, [before, text], [after, next]);
  return { text: next, report: { ...facts, diff, problems: after.problems } satisfies EditReport };
}

async function safeDiff(
  file: LocatedFile,
  [before, text]: readonly [Config, string],
  [after, next]: readonly [Config, string],
): Promise<string> {
  const { unifiedDiff } = await import("./diff.ts");
  const secrets = [before, after].flatMap(({ source }) =>
    inlineSecrets(source.parts.tree.value, source.parts.schema.root),
  );
  return hideSecrets(unifiedDiff(file.path, text, next), secrets);
}

function pathOf(path: string | KeyPath): KeyPath {
  return parsePath(typeof path === "string" ? path : formatPath(path));
}

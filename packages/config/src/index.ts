export * from "./types.ts";
export * from "./errors.ts";
export { statePaths, type StatePaths } from "./paths.ts";
export { readConfig, type ReadOptions } from "./read.ts";
export { lastGoodFile, rememberGood } from "./last-good.ts";
export { findAccount } from "./accounts/find.ts";
export { resolveAccount, resolveSettings, type Resolved, type ResolvedSettings } from "./resolve.ts";
export { type ConfigText, configTexts } from "./secrets/inventory.ts";
export type { Reference } from "./secrets/reference.ts";
export { weakness } from "./secrets/weak.ts";
export { asError, fileFault, placeOf, renderProblem, sectionFault } from "./problem.ts";
export { configFilePath, getValue, type ShownValue, validateConfig } from "./inspect.ts";
export { publishedSchema as configSchema } from "./schema/file-schema.ts";
export { formatPath, parsePath } from "./key-path.ts";
export {
  envNames,
  hasFileVariant,
  isSecret,
  itemsOf,
  propertiesOf,
  recordOf,
  requiredOf,
  typesOf,
} from "./schema/walk.ts";
export { valuesOf } from "./schema/describe.ts";
export { loadValueJudge, type ValueJudge } from "./validate/value-judge.ts";
export { configAfter, type EditOptions, type EditReport, patchValue, setValue, unsetValue } from "./edit/edit.ts";
export { requireKeysOnce } from "./edit/keys-once.ts";
export { makeDirectory } from "./make-directory.ts";
export { systemReason } from "./source/read-text.ts";
export type { NewValue } from "./edit/steps.ts";

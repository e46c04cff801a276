/** The scope of this project's own packages. */
const OWN_SCOPE = "@loong/";

/** npm's rules for a new package's name (https://docs.npmjs.com/cli/v11/configuring-npm/package-json#name, read 2026-11-21). */
const PACKAGE_NAME = /^(?:@[a-z0-9][a-z0-9._~-]*\/)?[a-z0-9][a-z0-9._~-]*$/;
const MAX_NAME_LENGTH = 214;

export function isPackageName(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && PACKAGE_NAME.test(name) && name !== "node_modules";
}

/** Packages of this project: they need not have aged. */
export function isFirstParty(name: string): boolean {
  return name.startsWith(OWN_SCOPE);
}

/**
 * The package of this project that a name may be meant to pass for: `@1oong/x`, `@looong/x` and `loong-x` look like
 * `@loong/x`.
 *
 * @returns `undefined` when the name looks like none, or is one.
 */
export function officialTwin(name: string): string | undefined {
  if (isFirstParty(name)) return undefined;
  const scoped = /^@([^/]+)\/(.+)$/.exec(name);
  if (scoped === null) {
    const rest = /^loong[-_.]?(.+)$/.exec(name)?.[1];
    return rest === undefined ? undefined : OWN_SCOPE + rest;
  }
  const [, scope = "", base = ""] = scoped;
  return differsByOne(folded(scope), "loong") ? OWN_SCOPE + base : undefined;
}

/**
 * A known package whose name differs by at most a letter or a look-alike sign. Short names are too near to each other
 * to mean anything.
 */
export function lookAlike(name: string, known: readonly string[]): string | undefined {
  return known.find(
    (each) => each !== name && (folded(each) === folded(name) || (name.length >= 6 && differsByOne(each, name))),
  );
}

/** What a reader takes it for: separators and look-alike digits do not count. */
function folded(name: string): string {
  return name
    .replace(/[@/_.~-]/g, "")
    .replaceAll("0", "o")
    .replaceAll("1", "l")
    .replaceAll("rn", "m");
}

/** One letter too much, too little, another or two swapped; the same is also near. */
function differsByOne(left: string, right: string): boolean {
  if (Math.abs(left.length - right.length) > 1) return false;
  let start = 0;
  while (start < left.length && left[start] === right[start]) start++;
  const [a, b] = [left.slice(start), right.slice(start)];
  const swapped = a.length > 1 && a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2);
  return swapped || a.slice(1) === b.slice(1) || a.slice(1) === b || a === b.slice(1);
}

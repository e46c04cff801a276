import type { ChannelNames } from "./names.ts";

export interface JsonObject {
  readonly [key: string]: unknown;
}

/** Objects are joined key by key; everything else of `above` takes the place of what is below. */
export function merged(below: JsonObject, above: JsonObject): JsonObject {
  const changes = Object.entries(above).map(([key, value]) => {
    const under = below[key];
    return [key, isObject(under) && isObject(value) ? merged(under, value) : value] as const;
  });
  return { ...below, ...Object.fromEntries(changes) };
}

/** What a new package is written for. */
export interface Versions {
  /** Of this command, and so of every package that is released with it. */
  readonly loong: string;
  /** Semver range of the plugin contract. */
  readonly contract: string;
}

/** The package.json of a new channel, out of its template. */
export function filledPackageJson(
  template: JsonObject,
  { packageName }: Pick<ChannelNames, "packageName">,
  { loong, contract }: Versions,
): JsonObject {
  const { dependencies, devDependencies, loong: block, ...rest } = template;
  const own = ofThisRelease(asObject(dependencies), loong);
  return {
    ...rest,
    name: packageName,
    ...(Object.keys(own).length > 0 ? { dependencies: own } : {}),
    devDependencies: sorted({
      ...asObject(devDependencies),
      "@loong/emulator-kit": loong,
      "@loong/sdk": loong,
      "@loong/testkit": loong,
    }),
    // The gateway lends its own copy to every plugin; the contract's range in the manifest says which will do.
    peerDependencies: { "@loong/sdk": "*" },
    loong: { ...asObject(block), contract },
  };
}

/** The template names packages of Loong without a version: it is the release it came with, or one that fits in its place. */
function ofThisRelease(dependencies: JsonObject, loong: string): JsonObject {
  const versions = Object.entries(dependencies);
  return Object.fromEntries(versions.map(([name, range]) => [name, name.startsWith("@loong/") ? `^${loong}` : range]));
}

function sorted(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

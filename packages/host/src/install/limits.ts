/** A version younger than this is not installed without being told to: most stolen releases are found within days. */
export const MIN_AGE_MS = 72 * 3_600_000;
export const MIN_AGE_DAYS = 3;

/** Limits of one tarball. Real plugins stay far below them. */
export interface TarballLimits {
  readonly maxEntries: number;
  readonly maxUnpackedBytes: number;
  /** Unpacked over packed. Text packs 4 to 10 times. */
  readonly maxRatio: number;
  readonly maxPathBytes: number;
}

export const TARBALL_LIMITS: TarballLimits = {
  maxEntries: 20_000,
  maxUnpackedBytes: 100 * 1024 * 1024,
  maxRatio: 200,
  maxPathBytes: 512,
};

/** A tarball as it comes over the network. */
export const MAX_PACKED_BYTES: number = 50 * 1024 * 1024;
/** What a registry says about one package. */
export const MAX_PACKUMENT_BYTES: number = 64 * 1024 * 1024;
export const REQUEST_TIMEOUT_MS = 30_000;
export const DOWNLOAD_TIMEOUT_MS = 300_000;

export const MAX_DEPENDENCIES = 1_000;
export const NPM_TIMEOUT_MS = 600_000;
/** How long the code of a plugin may take to be loaded once. */
export const CHECK_TIMEOUT_MS = 30_000;

/** The longest id the contract allows. */
const MAX_ID_LENGTH = 32;
const MAX_LABEL_LENGTH = 60;
const MAX_PACKAGE_NAME_LENGTH = 214;

/** What a new channel is called, everywhere it is called something. */
export interface ChannelNames {
  /** On npm: `"@acme/loong-chat"`. */
  readonly packageName: string;
  /** In config and on the command line: `"chat"`. */
  readonly id: string;
  /** For people: `"Acme Chat"`. */
  readonly label: string;
}

/** A sentence about what is wrong, or `undefined`. @see https://docs.npmjs.com/cli/configuring-npm/package-json#name (read 2026-11-21) */
export function packageNameFault(name: string): string | undefined {
  return name.length <= MAX_PACKAGE_NAME_LENGTH && /^(?:@[a-z0-9-][a-z0-9-._]*\/)?[a-z0-9-][a-z0-9-._]*$/u.test(name)
    ? undefined
    : "A package name has lower-case letters, digits, hyphens, dots and underscores, perhaps behind an @scope/.";
}

/** Stricter than the contract: error codes and environment variables are made of it. */
export function idFault(id: string): string | undefined {
  return id.length <= MAX_ID_LENGTH && /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/u.test(id)
    ? undefined
    : `An id has at most ${MAX_ID_LENGTH} lower-case letters and digits, a letter first, with single hyphens between them.`;
}

/** It is written into code, JSON and pages, so it has no character that ends a text in one of them. */
export function labelFault(label: string): string | undefined {
  return label.trim() !== "" && label.length <= MAX_LABEL_LENGTH && !/["'`\\$<>{}|]|\p{C}/u.test(label)
    ? undefined
    : `A label has 1 to ${MAX_LABEL_LENGTH} characters, without quotes, backslashes, brackets, | and $.`;
}

/** `"@acme/loong-chat"` is likely the channel `"chat"`. */
export function suggestedId(packageName: string): string {
  const last = packageName.split("/").at(-1) ?? "";
  return last.replace(/^(?:loong-)?(?:channel-)?(?=.)/u, "").replaceAll(/[._]/gu, "-");
}

/** `"my-channel"` is likely called `"My Channel"`. */
export function suggestedLabel(id: string): string {
  return id
    .split("-")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ");
}

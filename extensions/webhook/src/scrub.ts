/** Shorter parts of an address are words like `send` or `v2`, not secrets. */
const SHORTEST_PART = 8;
const WORDS_OF_ADDRESSES: ReadonlySet<string> = new Set(["open-apis", "services"]);
/** Shorter ones would be found in any text. */
const SHORTEST_SECRET = 4;
const MAX_CHARACTERS = 200;

/**
 * Makes what a receiver said fit for logs and errors: one short line without any part of the address or the other secrets,
 * which some receivers repeat.
 */
export function createScrubber(url: URL, others: readonly (string | undefined)[]): (said: string) => string {
  const values = url.search.split(/[?&]/).map((pair) => pair.slice(pair.indexOf("=") + 1));
  const parts = [url.href, ...url.pathname.split("/"), ...values]
    .flatMap((part) => [part, decoded(part)])
    .filter((part) => part.length >= SHORTEST_PART && !WORDS_OF_ADDRESSES.has(part));
  const secrets = others.filter((other): other is string => (other ?? "").length >= SHORTEST_SECRET);
  // The longest first: a part of a secret must not break it up.
  const hidden = [...parts, ...secrets].toSorted((a, b) => b.length - a.length);
  return (said) => {
    const clean = hidden.reduce((text, secret) => text.replaceAll(secret, "…"), said);
    const line = clean.replaceAll(/\s+/g, " ").trim();
    return line.length > MAX_CHARACTERS ? `${line.slice(0, MAX_CHARACTERS - 1)}…` : line;
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

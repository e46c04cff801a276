/**
 * What tokens and keys look like that services issue: a private key, an id of digits with 35 characters behind a colon,
 * the prefixes of well-known services, a bearer header.
 */
const PATTERNS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\b\d{6,12}:[\w-]{35}\b/,
  /\b(?:sk|rk|pk)-(?:[a-z]+-)?[A-Za-z0-9_-]{20,}/,
  /\b(?:ghp|gho|ghs|github_pat|glpat|npm|xox[abprs])[_-][A-Za-z0-9_-]{16,}/,
  /\bAKIA[A-Z0-9]{16}\b/,
  /\bAIza[\w-]{35}\b/,
  /\bBearer [\w.~+/-]{20,}/,
];

/** Something in `text` looks like a token or a key that a service issued. */
export function hasCredential(text: string): boolean {
  return PATTERNS.some((pattern) => pattern.test(text));
}

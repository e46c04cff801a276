const PLACEHOLDERS = new Set(["undefined", "null", "nan", "[object object]", "changeme", "change-me", "change_me"]);

/** Why a text cannot be a secret that anyone issued; `undefined` when it can. Says nothing of what it is. */
export function weakness(secret: string): string | undefined {
  if (secret.trim() === "") return "empty";
  if (PLACEHOLDERS.has(secret.trim().toLowerCase()) || /^<[^<>]*>$/.test(secret.trim()))
    return "a placeholder that was never filled in";
  if (/[\r\n]/.test(secret)) return "text with a line break";
  // No header and no form could carry it.
  if (/\p{Cc}/u.test(secret)) return "text with control characters";
  return undefined;
}

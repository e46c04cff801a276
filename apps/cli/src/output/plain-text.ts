/** Words that strangers wrote: what would move the cursor, colour the line or turn its direction is shown as `�`. */
export function plainText(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\uFFFD");
}

/**
 * Newest first. Without the state that nearly every row ends in, the small `_live` index answers; SQLite uses it only
 * when the query repeats its condition word for word.
 */
export function listSql(
  table: "inbox" | "outbox",
  order: "seq" | "ord",
  commonEnd: "done" | "sent",
  states: readonly string[] | undefined,
): string {
  if (!states) return `SELECT * FROM ${table} ORDER BY ${order} DESC LIMIT ?`;
  const live = states.includes(commonEnd) ? "" : `state <> '${commonEnd}' AND `;
  const marks = states.map(() => "?").join(", ");
  return `SELECT * FROM ${table} WHERE ${live}state IN (${marks}) ORDER BY ${order} DESC LIMIT ?`;
}

const UNITS: readonly (readonly [ms: number, name: string])[] = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1000, "s"],
];

/** The two largest units: `"3 d 4 h"`, `"12 s"`; `"0 s"` for less than a second. */
export function formatDuration(durationMs: number): string {
  const parts: string[] = [];
  let rest = Math.max(0, durationMs);
  for (const [unitMs, name] of UNITS) {
    const count = Math.floor(rest / unitMs);
    rest -= count * unitMs;
    if (count > 0) parts.push(`${count} ${name}`);
    else if (parts.length > 0) break;
  }
  return parts.slice(0, 2).join(" ") || "0 s";
}

export function formatAge(nowMs: number, thenMs: number): string {
  return `${formatDuration(nowMs - thenMs)} ago`;
}

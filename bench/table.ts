/** One line of the result: a subject against the reference of the same run. */
export interface Row {
  readonly what: string;
  readonly reference: string;
  readonly referenceValue: number;
  readonly value: number;
  readonly unit: string;
  /** The ratio `value / referenceValue` that the design asks for. */
  readonly goal: { readonly atMost?: number; readonly atLeast?: number };
}

/** A Markdown table with ratios and whether each goal is met. */
export function renderTable(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const ratio = row.value / row.referenceValue;
    const { atMost, atLeast } = row.goal;
    const met = (atMost === undefined || ratio <= atMost) && (atLeast === undefined || ratio >= atLeast);
    const goal = atMost === undefined ? `≥ ${atLeast}×` : `≤ ${atMost}×`;
    const number = (value: number) => (value >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(1));
    return `| ${row.what} | ${number(row.value)} ${row.unit} | ${row.reference}: ${number(row.referenceValue)} ${row.unit} | ${ratio.toFixed(2)}× | ${goal} | ${met ? "yes" : "**no**"} |`;
  });
  return ["| What | Loong | Reference, same run | Ratio | Goal | Met |", "|---|---|---|---|---|---|", ...lines].join(
    "\n",
  );
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

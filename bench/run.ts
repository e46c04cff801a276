// Each figure beside its reference, measured in the same run on the same machine: `pnpm bench --help`.
import { cpus } from "node:os";
import { runCommand } from "../scripts/command-line.ts";
import { commandRows } from "./commands.ts";
import { gatewayRows } from "./gateway/rows.ts";
import { ingressRow } from "./ingress/row.ts";
import { boundaryRow } from "./plugins/boundary.ts";
import { installRow } from "./plugins/row.ts";
import { renderTable, type Row } from "./table.ts";

await runCommand(
  {
    command: "pnpm bench",
    purpose: [
      "Builds the command and measures it: how long commands take, how soon a gateway is ready and what it holds, what it",
      "stores in a second. Each figure stands beside a reference of the same run; only ratios count, on an idle machine.",
    ],
    examples: [["", "all of it, a few minutes: a table in Markdown on stdout"]],
    flags: {},
    good: "it was measured; a goal that was missed is marked in the table",
    bad: "something failed",
  },
  (_values, signal) => Promise.race([measureAll(), ends(signal)]),
);

async function measureAll(): Promise<true> {
  const rows: Row[] = [...commandRows(), ...(await gatewayRows())];
  rows.push(await ingressRow(), await installRow(), await boundaryRow());
  console.log(`Node ${process.version}, ${cpus().length} cores\n`);
  console.log(renderTable(rows));
  return true;
}

function ends(signal: AbortSignal): Promise<false> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(false)));
}

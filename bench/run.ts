// `pnpm bench`: each figure beside its reference, measured in the same run on the same machine. Only ratios count.
import { cpus } from "node:os";
import { commandRows } from "./commands.ts";
import { gatewayRows } from "./gateway/rows.ts";
import { ingressRow } from "./ingress/row.ts";
import { boundaryRow } from "./plugins/boundary.ts";
import { installRow } from "./plugins/row.ts";
import { renderTable } from "./table.ts";

const rows = [...commandRows(), ...(await gatewayRows()), await ingressRow(), await installRow(), await boundaryRow()];
console.log(`Node ${process.version}, ${cpus().length} cores\n`);
console.log(renderTable(rows));

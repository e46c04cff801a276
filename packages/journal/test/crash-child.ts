import { flushCompileCache } from "node:module";
// Not the whole testkit, which would take longer to load than all else here.
import { sampleBatch, sampleEntry, samplePart, sampleSettlement } from "../../testkit/src/journal/samples.ts";
import { openSqliteJournal } from "../src/sqlite/index.ts";

const [file = "", run = ""] = process.argv.slice(2);
const journal = await openSqliteJournal({ file });
await journal.recover(Date.now());
// It is killed, and could not do it then.
flushCompileCache();

async function lane(name: string): Promise<never> {
  for (let n = 0; ; n += 1) {
    const entry = sampleEntry(`${run}-${name}-${n}`);
    const [result] = await journal.accept(sampleBatch([entry]));
    process.send?.([entry.event.eventId]);
    const seq = result?.seq ?? 0;
    await journal.startTurn(seq, Date.now());
    await journal.settleTurn(sampleSettlement(seq, { parts: [samplePart(`${seq}:0`, { state: "sending" })] }));
  }
}

await Promise.all(Array.from({ length: 10 }, (_, n) => lane(`${n}`)));

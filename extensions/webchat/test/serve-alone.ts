import { testHost } from "./harness.ts";
import plugin, { type WebchatAccount } from "../src/index.ts";

// A process that serves one account until it is killed. It stores what comes by telling its parent.
const account = JSON.parse(process.argv[2] ?? "{}") as WebchatAccount;
const channel = plugin.open(account, testHost(process.argv[3] ?? ""));

process.on("message", ({ to, text, key }: { to: string; text: string; key: string }) => {
  const content = { type: "text" as const, text };
  channel.send({ idempotencyKey: key, to, content }, AbortSignal.timeout(8_000)).then(
    (receipt) => process.send?.({ receipt }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
await channel.serve?.(
  {
    async accept(events) {
      process.send?.({ events });
      return events.map(() => "stored" as const);
    },
    cursor: async () => undefined,
    report: (state) => void process.send?.({ state: state.state }),
  },
  new AbortController().signal,
);

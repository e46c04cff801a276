import { defineChannel } from "@loong/sdk";
import { type Account, accountSchema } from "./account.ts";
import { openChannel } from "./open.ts";

export type { Account } from "./account.ts";

const HOUR_MS = 3_600_000;

export default defineChannel<Account>({
  id: "acme",
  label: "Acme Chat",
  serves: false,
  accounts: {
    schema: accountSchema,
    target: { form: "a room id", required: true, examples: ["ops"] },
  },
  // Nobody can speak to a channel that only sends.
  dmPolicy: { supported: ["disabled"], default: "disabled" },
  groupPolicy: { supported: ["disabled"], default: "disabled" },
  text: { maxLength: 4_000, unit: "utf16-units" },
  // How long Acme Chat remembers an `idempotency-key`. A platform that takes none has no such line.
  idempotencyWindowMs: HOUR_MS,
  open: (account) => openChannel(account),
});

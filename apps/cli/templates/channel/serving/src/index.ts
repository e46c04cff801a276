import { defineChannel } from "@loong/sdk";
import { type Account, accountSchema } from "./account.ts";
import { openChannel } from "./open.ts";

export type { Account } from "./account.ts";

const HOUR_MS = 3_600_000;

export default defineChannel<Account>({
  id: "acme",
  label: "Acme Chat",
  serves: true,
  accounts: {
    schema: accountSchema,
    target: { form: "a room id", required: true, examples: ["ops"] },
  },
  dmPolicy: { supported: ["pairing", "allowlist", "open", "disabled"], default: "pairing" },
  groupPolicy: { supported: ["allowlist", "open", "disabled"], default: "allowlist" },
  text: { maxLength: 4_000, unit: "utf16-units" },
  // How long Acme Chat remembers an `idempotency-key`. A platform that takes none has no such line.
  idempotencyWindowMs: HOUR_MS,
  open: (account, host) => openChannel(account, host),
});

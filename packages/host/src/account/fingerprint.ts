import { createHash } from "node:crypto";
import { type AccountConfig, type Config, resolveAccount } from "@loong/config";
import { isLoongError } from "@loong/sdk";

/** Tells whether an account would be opened with other values after a change of the file. Gives nothing away. */
export async function fingerprintOf(config: Config, account: AccountConfig): Promise<string> {
  const values = await resolveAccount(config, account.channel, account.id).then(
    (resolved) => resolved.values,
    (error: unknown) => (isLoongError(error) ? error.code : "unresolved"),
  );
  const problems = account.problems.map(({ code, message }) => [code, message]);
  return createHash("sha256")
    .update(JSON.stringify([values, problems, config.plugins.entries[account.channel]]))
    .digest("hex");
}

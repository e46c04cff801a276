import { createHash } from "node:crypto";
import { type AccountConfig, type Config, resolveAccount } from "@loong/config";

/**
 * Tells whether two accounts have the same secrets, and nothing of what they are.
 *
 * @returns `undefined` for an account without secrets.
 */
export async function credentialsOf(config: Config, { channel, id }: AccountConfig): Promise<string | undefined> {
  const { secrets } = await resolveAccount(config, channel, id);
  if (secrets.length === 0) return undefined;
  return createHash("sha256").update(JSON.stringify(secrets.toSorted())).digest("hex");
}

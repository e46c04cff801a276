import { problemOf, type ProbeReport } from "@loong/sdk";
import type { BotApi } from "./api/bot.ts";

/** Asks Acme Chat who this is: only a platform that answers makes an account good. */
export async function probe(api: BotApi, signal: AbortSignal): Promise<ProbeReport> {
  try {
    const { id, name } = await api.me(signal);
    return { ok: true, identity: { id, name }, problems: [] };
  } catch (error) {
    return { ok: false, problems: [problemOf(error)] };
  }
}

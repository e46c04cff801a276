import { type LoongError, type ProbeReport, problemOf } from "@loong/sdk";
import type { LarkApi } from "./api/endpoints.ts";
import { feishuErrors } from "./errors.ts";

/**
 * Gets a token and asks who the bot is: that proves App ID, App Secret, domain and the Bot feature.
 *
 * @param known - What is wrong already, before anybody is asked.
 */
export async function probe(
  api: LarkApi,
  signal: AbortSignal,
  known: readonly LoongError[] = [],
): Promise<ProbeReport> {
  try {
    const { openId: id, name, isEnabled, activateStatus } = await api.botInfo(signal);
    const identity = name === "" ? { id } : { id, name };
    const faults = isEnabled ? known : [...known, feishuErrors.FEISHU_BOT_INACTIVE([activateStatus])];
    return { ok: faults.length === 0, identity, problems: faults.map(problemOf) };
  } catch (error) {
    return { ok: false, problems: [...known, error].map(problemOf) };
  }
}

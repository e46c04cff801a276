import type { BotInfo, LarkApi } from "./api/endpoints.ts";

const LOOKUP_TIMEOUT_MS = 20_000;

/** Who this account is on the platform: asked once for all who need it, asked again after a failure. */
export interface Identity {
  get(): Promise<BotInfo>;
}

export function createIdentity(api: LarkApi): Identity {
  let known: Promise<BotInfo> | undefined;
  return {
    get() {
      known ??= api.botInfo(AbortSignal.timeout(LOOKUP_TIMEOUT_MS)).catch((error: unknown) => {
        known = undefined;
        throw error;
      });
      return known;
    },
  };
}

import type { Credentials } from "../config.ts";
import { feishuErrors } from "../errors.ts";
import { withoutAmbiguity } from "./classify.ts";

/** Renewed this much before it ends, so that a slow call does not carry a dead token. */
const RENEW_EARLY_MS = 180_000;

export interface IssuedToken {
  readonly token: string;
  readonly lifetimeMs: number;
}

/** The app's token: fetched once for all who ask at the same time, kept until shortly before its end. */
export interface TokenSource {
  get(signal: AbortSignal): Promise<string>;
  /** Forgets `token` because the platform refused it. A newer one that another call has fetched stays. */
  evict(token: string): void;
}

/** @param issue - Asks the platform. It serves all waiting callers, so none of them can abort it. */
export function createTokenSource(issue: () => Promise<IssuedToken>, now: () => number): TokenSource {
  let kept: { readonly token: string; readonly renewAtMs: number } | undefined;
  let underWay: Promise<string> | undefined;

  async function renew(): Promise<string> {
    try {
      const { token, lifetimeMs } = await issue();
      kept = { token, renewAtMs: now() + Math.max(lifetimeMs - RENEW_EARLY_MS, lifetimeMs / 2) };
      return token;
    } catch (error) {
      // Whatever happened to the token, the call that wanted it has not begun.
      throw withoutAmbiguity(error);
    } finally {
      underWay = undefined;
    }
  }

  return {
    async get(signal) {
      if (kept !== undefined && now() < kept.renewAtMs) return kept.token;
      underWay ??= renew();
      return unlessAborted(underWay, signal);
    },
    evict(token) {
      if (kept?.token === token) kept = undefined;
    },
  };
}

/** @see https://open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal (read 2026-05) */
export const TOKEN_PATH = "/open-apis/auth/v3/tenant_access_token/internal";

export function tokenRequest({ appId, appSecret }: Credentials): {
  readonly app_id: string;
  readonly app_secret: string;
} {
  return { app_id: appId, app_secret: appSecret };
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(feishuErrors.FEISHU_UNREACHABLE(["the token service", "aborted"]));
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

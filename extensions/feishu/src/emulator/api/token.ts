import { randomBytes } from "node:crypto";
import { type EmulatorClock, stringAt } from "@loong/emulator-kit";
import type { Brand } from "../options.ts";
import type { App, Apps } from "../state/apps.ts";
import { body, type Answer } from "./answer.ts";
import type { Route } from "./router.ts";

export interface Tokens {
  /** The app's token; the same one again while it has 30 minutes or more to live. */
  issue(app: App): { readonly value: string; readonly expiresInSeconds: number };
  /** Whose token this is; `undefined` when it is unknown or expired. */
  owner(value: string): App | undefined;
  /** Every token of the app is worthless from now on. */
  expire(appId: string): void;
}

const APP_ID = /^cli_[0-9a-zA-Z]+$/;
const REUSE_WHILE_MS = 30 * 60 * 1000;

export function createTokens(clock: EmulatorClock, ttlMs: number): Tokens {
  const tokens = new Map<string, { readonly app: App; readonly untilMs: number }>();
  const latest = new Map<string, string>();

  function make(app: App): string {
    const value = `t-g104${randomBytes(18).toString("hex").toUpperCase()}`;
    tokens.set(value, { app, untilMs: clock.now() + ttlMs });
    latest.set(app.appId, value);
    return value;
  }

  return {
    issue(app) {
      const known = latest.get(app.appId) ?? "";
      const leftMs = (tokens.get(known)?.untilMs ?? 0) - clock.now();
      const value = leftMs >= REUSE_WHILE_MS ? known : make(app);
      const untilMs = tokens.get(value)?.untilMs ?? 0;
      return { value, expiresInSeconds: Math.floor((untilMs - clock.now()) / 1000) };
    },
    owner(value) {
      const token = tokens.get(value);
      return token !== undefined && token.untilMs > clock.now() ? token.app : undefined;
    },
    expire(appId) {
      latest.delete(appId);
      for (const [value, token] of tokens) if (token.app.appId === appId) tokens.delete(value);
    },
  };
}

/**
 * Errors come with HTTP 200 (observed on the real endpoint, 2026-09-12, https://github.com/excitedjs/dreamux/issues/417).
 * @see https://open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal (read 2026-05)
 */
export function tokenRoutes(apps: Apps, tokens: Tokens, brand: Brand | undefined): Route[] {
  const path = "/open-apis/auth/v3/tenant_access_token/internal";
  return [{ method: "POST", path, auth: "none", handle: ({ body: request }) => grant(request, apps, tokens, brand) }];
}

function grant(request: unknown, apps: Apps, tokens: Tokens, brand: Brand | undefined): Answer {
  const appId = stringAt(request, "app_id");
  const secret = stringAt(request, "app_secret");
  if (!appId || !secret || !APP_ID.test(appId)) return body({ code: 10003, data: {}, msg: "invalid param" });
  const app = apps.find(appId);
  if (app === undefined || (brand !== undefined && app.brand !== brand)) {
    return body({ code: 10014, msg: "app id not exists" });
  }
  if (app.secret !== secret) return body({ code: 10015, msg: "app secret invalid" });
  const { value, expiresInSeconds } = tokens.issue(app);
  return body({ code: 0, msg: "ok", tenant_access_token: value, expire: expiresInSeconds });
}

import { emulatorErrors } from "../errors.ts";
import { digest, openIdFor } from "../ids.ts";
import type { AppOptions, Brand } from "../options.ts";

/** One registered app and its bot. */
export interface App {
  readonly appId: string;
  secret: string;
  readonly botName: string;
  readonly botUnionId: string;
  /** The bot as it sees itself; other apps see another id. */
  readonly botOpenId: string;
  readonly brand: Brand;
  readonly encryptKey: string | undefined;
  readonly verificationToken: string;
  readonly scopes: ReadonlySet<string> | undefined;
  readonly events: ReadonlySet<string> | undefined;
  readonly botEnabled: boolean;
  /** Where events are pushed; absent while the app uses the long connection. */
  webhookUrl: string | undefined;
}

export interface Apps {
  all(): readonly App[];
  add(options: AppOptions): App;
  find(appId: string): App | undefined;
  /** @throws FEISHU_EMULATOR_NOT_FOUND */
  get(appId: string): App;
}

/** The company everybody in an emulator belongs to. */
export const TENANT_KEY = "2ca1d211f64f6438";

export function createApps(): Apps {
  const apps = new Map<string, App>();
  const find = (appId: string): App | undefined => apps.get(appId);
  return {
    all: () => [...apps.values()],
    find,
    add(options) {
      const app = toApp(options);
      apps.set(app.appId, app);
      return app;
    },
    get(appId) {
      const app = find(appId);
      if (app === undefined) throw emulatorErrors.FEISHU_EMULATOR_NOT_FOUND(["app", appId]);
      return app;
    },
  };
}

function toApp(options: AppOptions): App {
  const botUnionId = `on_${digest(`bot:${options.appId}`)}`;
  return {
    appId: options.appId,
    secret: options.appSecret,
    botName: options.botName,
    botUnionId,
    botOpenId: openIdFor(options.appId, botUnionId),
    brand: options.domain ?? "feishu",
    encryptKey: options.encryptKey,
    verificationToken: options.verificationToken ?? digest(`token:${options.appId}`),
    scopes: options.scopes === undefined ? undefined : new Set(options.scopes),
    events: options.events === undefined ? undefined : new Set(options.events),
    botEnabled: options.botEnabled ?? true,
    webhookUrl: undefined,
  };
}

/** Has the app one of these permissions? No list means that none is needed. */
export function hasScope(app: App, anyOf: readonly string[]): boolean {
  const { scopes } = app;
  return scopes === undefined || anyOf.length === 0 || anyOf.some((scope) => scopes.has(scope));
}

import { propertiesOf } from "@loong/config";
import type { ServedAccount, Sight } from "./sight.ts";

/** An address that an account listens on by itself. */
export interface Bound {
  readonly key: string;
  readonly bind: string;
}

/** The value of a key as it is written, else its default; `undefined` also for one that is a reference. */
export function valueOf({ written, schema }: ServedAccount, key: string): unknown {
  const value = written[key] ?? propertiesOf(schema)[key]?.["default"];
  return typeof value === "object" && !Array.isArray(value) ? undefined : value;
}

export function textOf(account: ServedAccount, key: string): string | undefined {
  const value = valueOf(account, key);
  return typeof value === "string" ? value : undefined;
}

export function keyOf({ account }: ServedAccount, key: string): string {
  return `${account.configPath}.${key}`;
}

/** Takes requests: it has a path for them, and no other way in is chosen. */
export function takesWebhooks(account: ServedAccount): boolean {
  const mode = valueOf(account, "mode");
  return textOf(account, "webhookPath") !== undefined && (mode === undefined || mode === "webhook");
}

/** `webhookBind` of those that take requests, and `bind` of those that are a server of their own. */
export function boundAddresses({ accounts }: Sight): readonly Bound[] {
  return accounts.flatMap((account) =>
    Object.keys(propertiesOf(account.schema)).flatMap((key) => {
      const isBind = key === "bind" || (key === "webhookBind" && takesWebhooks(account));
      const bind = isBind ? textOf(account, key) : undefined;
      return bind === undefined ? [] : [{ key: keyOf(account, key), bind }];
    }),
  );
}

/** Keys that are lists of texts. */
export function listOf(account: ServedAccount, key: string): readonly string[] {
  const value = valueOf(account, key);
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

import { isIP } from "node:net";
import { isPublicAddress } from "@loong/guards";
import type { ReceiverKind, WebhookAccount } from "./config.ts";
import { webhookErrors } from "./errors.ts";

/** Where messages of one account go. */
export interface Endpoint {
  readonly url: URL;
  readonly kind: ReceiverKind;
  readonly allowPrivateHosts: boolean;
  /** Where the account stands in the config, for hints: `"channels.webhook.accounts.ops"`. */
  readonly configPath: string;
}

/** Hosts whose addresses need no `kind`. */
const KIND_OF_HOST: Readonly<Record<string, ReceiverKind>> = {
  "open.feishu.cn": "feishu",
  "open.larksuite.com": "lark",
  "open.larkoffice.com": "lark",
  "qyapi.weixin.qq.com": "wecom",
  "oapi.dingtalk.com": "dingtalk",
  "hooks.slack.com": "slack",
  "hooks.slack-gov.com": "slack",
};

/**
 * Reads the address of an account. Names are not resolved here: whom they stand for is checked when connecting.
 *
 * @throws WEBHOOK_URL_MISSING, WEBHOOK_URL_INVALID, WEBHOOK_PRIVATE_HOST; none of them repeats the address, which is a secret.
 */
export function endpointOf(account: WebhookAccount, accountId: string): Endpoint {
  const configPath = accountId === "default" ? "channels.webhook" : `channels.webhook.accounts.${accountId}`;
  const { endpointUrl = "", allowPrivateHosts } = account;
  if (endpointUrl === "") throw webhookErrors.WEBHOOK_URL_MISSING([configPath]);
  const url = URL.parse(endpointUrl);
  const isWeb = url?.protocol === "https:" || (url?.protocol === "http:" && allowPrivateHosts);
  if (url === null || !isWeb || url.username !== "" || url.password !== "" || url.hash !== "") {
    throw webhookErrors.WEBHOOK_URL_INVALID([configPath]);
  }
  const literal = url.hostname.replace(/^\[(.*)\]$/, "$1");
  if (!allowPrivateHosts && isIP(literal) !== 0 && !isPublicAddress(literal)) {
    throw webhookErrors.WEBHOOK_PRIVATE_HOST([url.hostname, configPath]);
  }
  const kind = account.kind ?? KIND_OF_HOST[url.hostname] ?? "json";
  return { url, kind, allowPrivateHosts, configPath };
}

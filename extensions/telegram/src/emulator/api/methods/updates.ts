import type { Parts } from "../../parts.ts";
import { updateView } from "../../updates/queue.ts";
import type { WebhookSettings } from "../../updates/webhooks.ts";
import type { Bot } from "../../state/actors.ts";
import type { Call, Methods } from "../call.ts";
import type { Params } from "../params.ts";
import { badRequest, conflict, tooManyRequests } from "../refusal.ts";
import { seconds } from "../view.ts";

const MAX_TIMEOUT_SECONDS = 50;
const WEBHOOK_PAUSE_MS = 1000;
const PORTS: ReadonlySet<string> = new Set(["", "443", "80", "88", "8443"]);

/** Both ways updates reach a bot. */
export function updateMethods({ polls, webhooks, queueOf, clock }: Parts): Methods {
  const nextWebhookAtMs = new Map<Bot, number>();

  async function getUpdates({ bot, params, gone }: Call): Promise<unknown> {
    if (webhooks.get(bot) !== undefined)
      throw conflict(
        "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
      );
    const queue = queueOf(bot);
    queue.allow(allowedUpdates(params));
    const updates = await polls.poll(bot, queue, {
      offset: params.integer("offset", 0),
      limit: params.integer("limit", 100, 1, 100),
      timeoutMs: params.integer("timeout", 0, 0, MAX_TIMEOUT_SECONDS) * 1000,
      gone,
    });
    return updates.map(updateView);
  }

  function setWebhook({ bot, params }: Call): true {
    const url = params.text("url");
    if (url === "") return clearWebhook(bot, params);
    if (clock.now() < (nextWebhookAtMs.get(bot) ?? 0)) throw tooManyRequests(1);
    nextWebhookAtMs.set(bot, clock.now() + WEBHOOK_PAUSE_MS);
    const settings = webhookSettings(url, params);
    polls.abort(bot, "setWebhook");
    queueOf(bot).allow(allowedUpdates(params));
    if (params.flag("drop_pending_updates")) queueOf(bot).dropAll();
    webhooks.set(bot, settings);
    return true;
  }

  function clearWebhook(bot: Bot, params: Params): true {
    if (params.flag("drop_pending_updates")) queueOf(bot).dropAll();
    webhooks.set(bot, undefined);
    return true;
  }

  return {
    getUpdates,
    setWebhook,
    deleteWebhook: ({ bot, params }) => clearWebhook(bot, params),
    getWebhookInfo: ({ bot }) => webhookInfo({ webhooks, queueOf }, bot),
  };
}

/** The `WebhookInfo` object. */
export interface WebhookInfo {
  readonly url: string;
  readonly has_custom_certificate: boolean;
  readonly pending_update_count: number;
  readonly last_error_date?: number;
  readonly last_error_message?: string;
  readonly max_connections?: number;
  readonly ip_address?: string;
  readonly allowed_updates?: readonly string[];
}

export function webhookInfo({ webhooks, queueOf }: Pick<Parts, "webhooks" | "queueOf">, bot: Bot): WebhookInfo {
  const hook = webhooks.get(bot);
  const allowed = queueOf(bot).allowed();
  return {
    url: hook?.url ?? "",
    has_custom_certificate: hook?.hasCertificate ?? false,
    pending_update_count: queueOf(bot).pending().length,
    ...(hook?.lastError === undefined
      ? {}
      : { last_error_date: seconds(hook.lastError.atMs), last_error_message: hook.lastError.message }),
    ...(hook === undefined ? {} : { max_connections: hook.maxConnections, ip_address: hook.ipAddress }),
    ...(allowed === undefined ? {} : { allowed_updates: allowed }),
  };
}

function allowedUpdates(params: Params): readonly string[] | undefined {
  if (!params.has("allowed_updates")) return undefined;
  const given = params.json("allowed_updates", "allowed updates");
  return Array.isArray(given) ? given.map(String) : undefined;
}

/** Plain http is taken for addresses of this machine: no test has a certificate. @throws Refusal */
function webhookSettings(url: string, params: Params): WebhookSettings {
  const secretToken = params.text("secret_token");
  if (!URL.canParse(url)) throw badRequest("invalid webhook URL specified");
  const { protocol, hostname, port } = new URL(url);
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  if (protocol !== "https:" && !isLocal) throw badRequest("bad webhook: An HTTPS URL must be provided for webhook");
  if (!isLocal && !PORTS.has(port))
    throw badRequest("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443");
  if (secretToken.length > 256) throw badRequest("secret token is too long");
  if (!/^[\w-]*$/.test(secretToken)) throw badRequest("secret token contains unallowed characters");
  return {
    url,
    secretToken,
    maxConnections: params.integer("max_connections", 40, 1, 100),
    ipAddress: params.text("ip_address") || (isLocal ? "127.0.0.1" : "<unknown>"),
    hasCertificate: params.files["certificate"] !== undefined,
  };
}

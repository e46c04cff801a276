import type { Channel, ChannelHost, ConversationType, Inbound } from "@loong/sdk";
import { type MessageType, createLarkApi } from "./api/endpoints.ts";
import type { FeishuAccount } from "./config.ts";
import { createConnector } from "./connection.ts";
import { feishuErrors } from "./errors.ts";
import { createIdentity } from "./identity.ts";
import { aborted } from "./inbound/aborted.ts";
import { serveLongConnection } from "./inbound/long-connection.ts";
import { createReceiver } from "./inbound/receive.ts";
import { type WebhookSecrets, createWebhook } from "./inbound/webhook.ts";
import { createMedia } from "./media.ts";
import { edit } from "./outbound/edit.ts";
import { answer } from "./preview/answer.ts";
import { createPreviews } from "./preview/previews.ts";
import { probe } from "./probe.ts";
import { createReactions } from "./reactions.ts";
import { createRecent } from "./recent.ts";
import { createTyping } from "./typing.ts";

const REMEMBERED_MESSAGES = 2_000;
const REMEMBERED_CHATS = 10_000;

/** Joins the parts of one account. Opens nothing before the first call. */
export function openChannel(account: FeishuAccount, host: ChannelHost): Channel {
  const { accountId, clock, log } = host;
  const now = () => clock.now();
  const connector = createConnector(account, accountId, now);
  const api = createLarkApi(connector.client);
  const identity = createIdentity(api);
  const sent = createRecent<MessageType>(REMEMBERED_MESSAGES);
  const heard = createRecent<number>(REMEMBERED_MESSAGES);
  const chatTypes = createRecent<ConversationType>(REMEMBERED_CHATS);
  const { receive } = createReceiver({ api, identity, log, now, sent, heard, chatTypes });
  const previews = createPreviews({ api, client: connector.client, receiveIdType: account.receiveIdType, host });
  const secrets = webhookSecrets(account);
  const closing = new AbortController();
  let isAnnounced = false;

  /** Once in the life of the account; reconnects are told by the lines about the connection. */
  function announce(appId: string): void {
    const line = `[lark] [${accountId}] starting Lark provider (${appId}) in ${account.mode} mode`;
    if (isAnnounced) log.debug(line);
    else log.info(line);
    isAnnounced = true;
  }

  const needsSecrets = account.mode === "webhook" && !canVerify(secrets);

  async function serve(inbound: Inbound, stop: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([stop, closing.signal]);
    if (signal.aborted) return;
    inbound.report({ state: "connecting" });
    const { credentials, baseUrl, transport } = connector.connection();
    announce(credentials.appId);
    // Wrong credentials show here with the platform's own reason, and mentions of the bot can be told from others.
    if ((await Promise.race([identity.get(), aborted(signal)])) === "aborted") return;
    if (account.mode === "websocket") {
      return serveLongConnection({ credentials, baseUrl, transport, log, receive }, inbound, signal);
    }
    reportWebhook(inbound);
    await aborted(signal);
  }

  /** The platform connects anew for each event, so all there is to say is whether it would be let in. */
  function reportWebhook(inbound: Inbound): void {
    if (!needsSecrets) return inbound.report({ state: "connected" });
    const { message, hint } = feishuErrors.FEISHU_WEBHOOK_SECRETS_MISSING([]);
    log.warn(message, { hint });
    inbound.report({ state: "disconnected", reason: message });
  }

  return {
    probe: (signal) => probe(api, signal, needsSecrets ? [feishuErrors.FEISHU_WEBHOOK_SECRETS_MISSING([])] : []),
    send: (message, signal) => answer(message, { api, settings: account, sent, previews }, signal),
    serve,
    async close() {
      closing.abort();
      connector.close();
    },
    edit: { edit: (at, message, signal) => edit(at, message, { api, settings: account, sent }, signal) },
    media: createMedia(api),
    reactions: createReactions(api),
    // Only a card can grow; other answers are said when they are whole.
    ...(account.renderMode === "auto" || account.renderMode === "card" ? { stream: previews.feature } : {}),
    ...(account.ackReactions ? { typing: createTyping(api, heard, now) } : {}),
    ...(account.mode === "webhook"
      ? {
          webhook: {
            path: account.webhookPath,
            ...(account.webhookBind === undefined ? {} : { bind: account.webhookBind }),
            handle: createWebhook({ secrets, log, now, receive }),
          },
        }
      : {}),
  };
}

function webhookSecrets({ appId = "", encryptKey = "", verificationToken = "" }: FeishuAccount): WebhookSecrets {
  return {
    appId,
    encryptKey: encryptKey === "" ? undefined : encryptKey,
    verificationToken: verificationToken === "" ? undefined : verificationToken,
  };
}

function canVerify({ encryptKey, verificationToken }: WebhookSecrets): boolean {
  return encryptKey !== undefined || verificationToken !== undefined;
}

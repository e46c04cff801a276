import type { Channel, ChannelHost, Inbound } from "@loong/sdk";
import { showCommands } from "./commands.ts";
import type { TelegramAccount } from "./config.ts";
import { createConnector } from "./connection.ts";
import { telegramErrors } from "./errors.ts";
import { createIdentity } from "./identity.ts";
import { aborted } from "./inbound/aborted.ts";
import { pause } from "./inbound/pause.ts";
import { type Poller, createPoller } from "./inbound/poll.ts";
import { createReceiver } from "./inbound/receive.ts";
import { createWebhook, setWebhook } from "./inbound/webhook.ts";
import { createMedia } from "./media.ts";
import { createMigrations } from "./migrations.ts";
import { edit } from "./outbound/edit.ts";
import { send } from "./outbound/send.ts";
import { probe } from "./probe.ts";
import { createReactions } from "./reactions.ts";
import { createStream } from "./stream/stream.ts";
import { createTyping } from "./typing.ts";

/** Joins the parts of one account. Opens nothing before the first call. */
export function openChannel(account: TelegramAccount, { accountId, clock, log }: ChannelHost): Channel {
  const now = () => clock.now();
  const closing = new AbortController();
  const migrations = createMigrations((from, to) =>
    log.warn("a group has become a supergroup: use its new id in the lists of this account", { from, to }),
  );
  const { api, botId, close } = createConnector(account, accountId, migrations);
  const identity = createIdentity(api, closing.signal);
  const receiver = createReceiver({ api, identity, migrations, log, closing: closing.signal, now });
  const outbox = { api, migrations, linkPreviews: account.linkPreviews };
  const typing = createTyping(api, closing.signal);
  const secret = account.webhookSecret === "" ? undefined : account.webhookSecret;
  const isWebhook = account.mode === "webhook";
  const missing = isWebhook && secret === undefined ? [telegramErrors.TELEGRAM_WEBHOOK_SECRET_MISSING([])] : [];
  let poller: Poller | undefined;
  let isMenuShown = false;

  async function serve(inbound: Inbound, stop: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([stop, closing.signal]);
    if (signal.aborted) return;
    inbound.report({ state: "connecting" });
    const id = botId();
    // A wrong token shows here with the platform's own reason, and mentions of the bot can be told from others.
    if ((await Promise.race([identity.get(), aborted(signal)])) === "aborted") return;
    showMenu(signal);
    if (isWebhook) return serveWebhook(inbound, signal);
    poller ??= createPoller({ api, log, receiver, botId: id, timeoutS: account.pollingTimeoutS, pause, now });
    return poller.poll(inbound, signal);
  }

  /** Once in the life of the account: Telegram remembers it. */
  function showMenu(signal: AbortSignal): void {
    if (account.commandsMenu && !isMenuShown) void showCommands(api, log, signal);
    isMenuShown = true;
  }

  /** The platform connects anew for each update, so all there is to say is whether it knows where and would be let in. */
  async function serveWebhook(inbound: Inbound, signal: AbortSignal): Promise<void> {
    if (secret === undefined) {
      const { message, hint } = telegramErrors.TELEGRAM_WEBHOOK_SECRET_MISSING([]);
      log.warn(message, { hint });
      inbound.report({ state: "disconnected", reason: message });
    } else {
      if (account.webhookUrl !== undefined) await setWebhook(api, account.webhookUrl, secret, signal);
      inbound.report({ state: "connected" });
    }
    await aborted(signal);
  }

  return {
    probe: (signal) => probe(api, account.mode, signal, missing),
    send: (message, signal) => send(message, outbox, signal),
    serve,
    async close() {
      closing.abort();
      typing.close();
      close();
    },
    edit: { edit: (at, message, signal) => edit(at, message, outbox, signal) },
    media: createMedia(api),
    reactions: createReactions(api),
    stream: createStream(outbox),
    typing,
    ...(isWebhook
      ? {
          webhook: {
            path: account.webhookPath,
            ...(account.webhookBind === undefined ? {} : { bind: account.webhookBind }),
            handle: createWebhook(secret, receiver, log),
          },
        }
      : {}),
  };
}

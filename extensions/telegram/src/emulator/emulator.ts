import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createShiftableClock, listen, systemClock } from "@loong/emulator-kit";
import { apiMethods } from "./api/methods.ts";
import { createRates } from "./api/rates.ts";
import { createRequestLog } from "./api/request-log.ts";
import { createApi, readIncoming, type Api } from "./api/server.ts";
import { refusalAnswer, write, type MuteSockets } from "./api/wire.ts";
import { watchConnections } from "./connections.ts";
import { createControl, type Control } from "./control.ts";
import { emulatorErrors } from "./errors.ts";
import { createFaults } from "./faults.ts";
import { DEFAULT_BOT, settle, type EmulatorOptions } from "./options.ts";
import type { Parts } from "./parts.ts";
import { createStage, type Stage } from "./stage.ts";
import { createActors, type Bot } from "./state/actors.ts";
import { createCallbacks } from "./state/callbacks.ts";
import { createChats } from "./state/chats.ts";
import { createDrafts } from "./state/drafts.ts";
import { createFiles } from "./state/files.ts";
import type { World } from "./state/world.ts";
import { createNotices } from "./updates/notices.ts";
import { createPolls } from "./updates/polls.ts";
import { createUpdateQueue, type UpdateQueue } from "./updates/queue.ts";
import { webhookReply } from "./updates/webhook-reply.ts";
import { createWebhookClient } from "./updates/webhook-request.ts";
import { createWebhooks, type WebhookPorts } from "./updates/webhooks.ts";

/** A running platform, with everything a test or a demo may do to it. */
export interface TelegramEmulator extends Stage {
  /** `http://127.0.0.1:41234`: the API root of clients, without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts the emulated Telegram Bot API: methods, file downloads, webhook deliveries and the control API
 * (`/_emulator/`) on one port. Nothing is written to disk.
 *
 * @throws TELEGRAM_EMULATOR_PORT when it cannot listen; TELEGRAM_EMULATOR_TOKEN when a bot cannot be made.
 */
export async function startTelegramEmulator(options: EmulatorOptions = {}): Promise<TelegramEmulator> {
  const server = createServer({ keepAliveTimeout: 65_000 });
  const connections = watchConnections(server);
  const { parts, api } = assemble(options, connections.mute);
  const url = await listen(server, options, cannotListen);
  const stage = createStage(parts, connections.drop);
  const control = createControl(stage, parts);
  server.on("request", (request, response) => void serve(request, response, { api, control, mute: connections.mute }));
  return {
    ...stage,
    url,
    async close() {
      parts.webhooks.close();
      parts.clock.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function assemble(options: EmulatorOptions, mute: MuteSockets): { readonly parts: Parts; readonly api: Api } {
  const settings = settle(options);
  const clock = createShiftableClock(options.clock ?? systemClock);
  const actors = createActors();
  const world: World = {
    clock,
    settings,
    actors,
    chats: createChats(clock),
    files: createFiles(clock, settings.fileLinkTtlMs),
    drafts: createDrafts(clock, settings.draftTtlMs),
    callbacks: createCallbacks(clock),
  };
  for (const bot of options.bots ?? [DEFAULT_BOT]) actors.addBot(bot);

  const polls = createPolls(clock);
  const queues = new Map<Bot, UpdateQueue>();
  const queueOf = (bot: Bot): UpdateQueue => {
    const known = queues.get(bot);
    if (known !== undefined) return known;
    const queue = createUpdateQueue(clock, settings.firstUpdateId, settings.keepUpdates);
    queue.onPush(() => (webhooks.get(bot) === undefined ? polls.wake(bot) : webhooks.wake(bot)));
    queues.set(bot, queue);
    return queue;
  };
  const execute: WebhookPorts["execute"] = async (bot, result) => {
    const reply = webhookReply(result);
    if (reply !== undefined) await api.execute(bot, reply.method, reply.params);
  };
  const webhooks = createWebhooks({
    clock,
    client: createWebhookClient(),
    timeoutMs: settings.webhookTimeoutMs,
    random: Math.random,
    queueOf,
    execute,
  });
  const parts: Parts = {
    world,
    clock,
    faults: createFaults(Math.random),
    rates: createRates(clock, settings.strictRates),
    log: createRequestLog(settings.keepRequests),
    notices: createNotices({ clock, bots: actors.bots, queueOf }),
    polls,
    webhooks,
    queueOf,
  };
  const api = createApi(parts, apiMethods(parts), mute);
  return { parts, api };
}

interface Served {
  readonly api: Api;
  readonly control: Control;
  readonly mute: MuteSockets;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { api, control, mute }: Served,
): Promise<void> {
  if (mute.has(request.socket)) return;
  try {
    const incoming = await readIncoming(request);
    if (incoming === undefined)
      write(response, refusalAnswer({ code: 413, message: "Request Entity Too Large", parameters: undefined }), mute);
    else if (incoming.path.startsWith("/_emulator")) await control(incoming, response);
    else await api.serve(incoming, response);
  } catch (error) {
    // A client that went away in the middle of its body is no fault of ours.
    if (!request.complete || response.headersSent) response.destroy();
    else response.writeHead(500).end(error instanceof Error ? error.message : String(error));
  }
}

function cannotListen(address: string, cause: unknown): Error {
  return emulatorErrors.TELEGRAM_EMULATOR_PORT([address], { cause });
}

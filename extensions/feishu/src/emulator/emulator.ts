import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createShiftableClock, listen, systemClock } from "@loong/emulator-kit";
import { botInfoRoutes } from "./api/bot-info.ts";
import { cardUpdateRoutes, createCardTokens } from "./api/card-update.ts";
import { cardKitRoutes } from "./api/cardkit.ts";
import { chatRoutes } from "./api/chats.ts";
import { contactRoutes } from "./api/contacts.ts";
import { createCustomBots } from "./api/custom-bot.ts";
import { body } from "./api/answer.ts";
import { messageListRoutes } from "./api/message-list.ts";
import { messageRoutes } from "./api/messages.ts";
import { createRates } from "./api/rates.ts";
import { reactionRoutes } from "./api/reactions.ts";
import { createRequestLog } from "./api/request-log.ts";
import { resourceRoutes } from "./api/resources.ts";
import { createRouter, type Route } from "./api/router.ts";
import { createApi, readRequest } from "./api/server.ts";
import { createTokens, tokenRoutes } from "./api/token.ts";
import { uploadRoutes } from "./api/uploads.ts";
import { createUuids } from "./api/uuids.ts";
import { createControl } from "./control.ts";
import { emulatorErrors } from "./errors.ts";
import { createDeliveries } from "./events/deliveries.ts";
import { createLongConnection, type LongConnection } from "./events/long-connection.ts";
import { createNotices } from "./events/notices.ts";
import { createWebhookPusher } from "./events/webhook-pusher.ts";
import { createFaults } from "./faults.ts";
import { DEFAULT_APP, settle, type EmulatorOptions } from "./options.ts";
import type { Parts } from "./parts.ts";
import { createStage, type Stage } from "./stage.ts";
import { createApps } from "./state/apps.ts";
import { createBlobs } from "./state/blobs.ts";
import { createCardEntities } from "./state/card-entities.ts";
import { createPeople } from "./state/people.ts";
import { createRooms } from "./state/rooms.ts";
import type { World } from "./state/world.ts";

/** A running platform, with everything a test or a demo may do to it. */
export interface FeishuEmulator extends Stage {
  /** `http://127.0.0.1:41234`: the `domain` of clients, without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts the emulated Feishu and Lark open platform: Open API, long connection, webhook pushes and the control API
 * (`/_emulator/`) on one port. Nothing is written to disk.
 *
 * @throws FEISHU_EMULATOR_PORT when it cannot listen.
 */
export async function startFeishuEmulator(options: EmulatorOptions = {}): Promise<FeishuEmulator> {
  const parts = assemble(options);
  const { clock, longConnection, pusher } = parts;
  const server = createServer({ keepAliveTimeout: 65_000 });
  const url = await listen(server, options, cannotListen);
  const stage = createStage(parts, url);
  const api = createApi({ ...parts, router: createRouter(routesOf(parts)) });
  const control = createControl(stage, parts);
  server.on("request", (request, response) => void serve(request, response, api, control));
  server.on("upgrade", (request, socket, head) => longConnection.upgrade(request, socket, head));
  return {
    ...stage,
    url,
    async close() {
      longConnection.close();
      pusher.close();
      clock.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function assemble(options: EmulatorOptions): Parts {
  const settings = settle(options);
  const clock = createShiftableClock(options.clock ?? systemClock);
  const apps = createApps();
  for (const app of options.apps ?? [DEFAULT_APP]) apps.add(app);
  const rooms = createRooms(clock, settings.keepMessagesPerChat);
  const world: World = { clock, settings, apps, people: createPeople(apps), rooms, blobs: createBlobs() };
  const faults = createFaults(Math.random);
  const pusher = createWebhookPusher({ clock, timeoutMs: settings.ackTimeoutMs });
  const longConnection = createLongConnection({
    ...settings,
    apps,
    clock,
    faults,
    flush: (appId) => deliveries.flush(appId),
  });
  const deliveries = createDeliveries({
    clock,
    faults,
    delaysMs: settings.redeliveryDelaysMs,
    ackTimeoutMs: settings.ackTimeoutMs,
    keep: settings.keepEvents,
    longConnection: longConnection.transport,
    webhook: pusher.transport,
  });
  return {
    world,
    clock,
    faults,
    rates: createRates(clock, settings.strictRates),
    tokens: createTokens(clock, settings.tokenTtlMs),
    log: createRequestLog(settings.keepRequests),
    deliveries,
    notices: createNotices(world, deliveries),
    longConnection,
    pusher,
    customBots: createCustomBots(world),
    cards: createCardEntities(clock, rooms),
    cardTokens: createCardTokens(clock),
  };
}

function routesOf(parts: Parts): Route[] {
  const { world, notices, tokens, rates, cards, clock } = parts;
  return [
    ...tokenRoutes(world.apps, tokens, world.settings.brand),
    ...botInfoRoutes(),
    ...messageRoutes({ world, notices, rates, uuids: createUuids(clock), cards }),
    ...messageListRoutes(world),
    ...resourceRoutes(world),
    ...reactionRoutes(world, notices),
    ...uploadRoutes(world.blobs),
    ...contactRoutes(world),
    ...chatRoutes(world),
    ...cardUpdateRoutes(world, parts.cardTokens),
    ...cardKitRoutes(world, cards),
    ...parts.customBots.routes,
    endpointRoute(parts.longConnection),
  ];
}

/** Where clients of the long connection ask for its address. */
function endpointRoute(longConnection: LongConnection): Route {
  return {
    method: "POST",
    path: "/callback/ws/endpoint",
    auth: "none",
    handle: (call) => body(longConnection.endpoint(call.body, call.headers.host ?? "")),
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  api: ReturnType<typeof createApi>,
  control: ReturnType<typeof createControl>,
): Promise<void> {
  try {
    const incoming = await readRequest(request);
    if (incoming === undefined) response.writeHead(413).end();
    else if (incoming.path.startsWith("/_emulator")) await control(incoming, response);
    else await api(incoming, response);
  } catch (error) {
    // A client that went away in the middle of its body is no fault of ours.
    if (!request.complete || response.headersSent) response.destroy();
    else response.writeHead(500).end(error instanceof Error ? error.message : String(error));
  }
}

function cannotListen(address: string, cause: unknown): Error {
  return emulatorErrors.FEISHU_EMULATOR_PORT([address], { cause });
}

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createShiftableClock, listen, systemClock } from "@loong/emulator-kit";
import type { Handlers } from "./commands/command.ts";
import { createDispatch } from "./commands/dispatch.ts";
import { pushHandlers } from "./commands/push.ts";
import { createRates } from "./commands/rates.ts";
import { replyHandlers } from "./commands/reply.ts";
import { createStreams } from "./commands/streams.ts";
import { uploadHandlers } from "./commands/upload.ts";
import { createControl } from "./control/control.ts";
import { emulatorErrors } from "./errors.ts";
import { createFaults } from "./faults.ts";
import { createMediaServer } from "./http/media.ts";
import { readRequest } from "./http/request.ts";
import { createResponseUrls, RESPONSE_PATH } from "./http/response-urls.ts";
import { DEFAULT_BOT, settle, type EmulatorOptions } from "./options.ts";
import type { Parts } from "./parts.ts";
import { createStage, type Stage } from "./stage.ts";
import { createBots } from "./state/bots.ts";
import { createFiles } from "./state/files.ts";
import { createPeople } from "./state/people.ts";
import { createRooms } from "./state/rooms.ts";
import { OK, refuse } from "./wire/answer.ts";
import { createCallbacks } from "./wire/callbacks.ts";
import { createConnections } from "./wire/connections.ts";
import { createFrameLog } from "./wire/frame-log.ts";
import { createNotices } from "./wire/notices.ts";
import { createSubscriptions } from "./wire/subscriptions.ts";
import { createTickets } from "./wire/tickets.ts";

/** A running platform, with everything a test or a demo may do to it. */
export interface WecomEmulator extends Stage {
  /** `http://127.0.0.1:41234`: control API, media and response_urls. No slash at the end. */
  readonly url: string;
  /** `ws://127.0.0.1:41234`: where bots connect. */
  readonly websocketUrl: string;
  close(): Promise<void>;
}

/**
 * Starts the emulated WeCom side of the AIBot long connection: the websocket, media downloads, response_urls and the
 * control API (`/_emulator/`) on one port. Nothing is written to disk.
 *
 * @throws WECOM_EMULATOR_PORT when it cannot listen.
 */
export async function startWecomEmulator(options: EmulatorOptions = {}): Promise<WecomEmulator> {
  const server = createServer({ keepAliveTimeout: 65_000 });
  const url = await listen(server, options, cannotListen);
  const parts = assemble(options, url);
  const stage = createStage(parts);
  const routes = { parts, media: createMediaServer(parts), control: createControl(stage, parts) };
  server.on("request", (request, response) => void serve(request, response, routes));
  server.on("upgrade", (request, socket, head) => parts.connections.upgrade(request, socket, head));
  return {
    ...stage,
    url,
    websocketUrl: url.replace("http", "ws"),
    async close() {
      parts.connections.close();
      parts.clock.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function assemble(options: EmulatorOptions, url: string): Parts {
  const settings = settle(options);
  const clock = createShiftableClock(options.clock ?? systemClock);
  const random = Math.random;
  const faults = createFaults(random);
  const bots = createBots();
  for (const bot of options.bots ?? [DEFAULT_BOT]) bots.add(bot);
  const people = createPeople();
  const rooms = createRooms(clock, settings.keepMessagesPerChat);
  const files = createFiles(clock, url);
  const log = createFrameLog(settings.keepFrames);
  const rates = createRates(clock, settings.strictRates, settings.subscribesPerMinute);
  const tickets = createTickets(clock, { sessionBound: settings.sessionBoundReqIds, keep: settings.keepCallbacks });
  const streams = createStreams(rooms, clock, settings);

  const connections = createConnections({
    clock,
    faults,
    log,
    receive: (connection, data) => receive(connection, data),
  });
  const subscriptions = createSubscriptions(connections, clock, settings.closeAfterKickMs);
  const { unsubscribed, keepCallbacks: keep } = settings;
  const callbacks = createCallbacks({ clock, faults, connections, subscriptions, tickets, unsubscribed, keep });
  const handlers: Handlers = {
    ...replyHandlers({ rooms, files, tickets, streams, rates, settings }),
    ...pushHandlers({ rooms, files, rates }),
    ...uploadHandlers({ clock, files, rates }),
    ...otherHandlers,
  };
  const receive = createDispatch({
    clock,
    random,
    faults,
    log,
    bots,
    connections,
    subscriptions,
    callbacks,
    rates,
    handlers,
    settings,
  });

  const responseUrls = createResponseUrls({ clock, rooms, files, rates, url });
  const notices = createNotices({
    clock,
    rooms,
    files,
    tickets,
    callbacks,
    responseUrls: settings.responseUrls ? responseUrls : undefined,
  });
  const world = { bots, people, rooms, files, streams };
  return { clock, settings, faults, log, connections, subscriptions, callbacks, notices, responseUrls, ...world };
}

/** Commands of the platform's own plugin that other clients may meet; nobody granted this bot any documents. */
const otherHandlers: Handlers = {
  ww_ai_robot_enter_event: () => OK,
  aibot_get_mcp_config: () => refuse(850001),
  aibot_send_biz_msg: () => refuse(850001),
};

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  {
    parts,
    media,
    control,
  }: {
    readonly parts: Parts;
    readonly media: ReturnType<typeof createMediaServer>;
    readonly control: ReturnType<typeof createControl>;
  },
): Promise<void> {
  try {
    const incoming = await readRequest(request);
    if (incoming === undefined) response.writeHead(413).end();
    else if (incoming.path.startsWith("/_emulator")) await control(incoming, response);
    else if (incoming.path.startsWith("/media/")) media(incoming.path.slice("/media/".length), response);
    else if (incoming.path === RESPONSE_PATH) parts.responseUrls.answer(incoming, response);
    else response.writeHead(404).end();
  } catch (error) {
    // A client that went away in the middle of its body is no fault of ours.
    if (!request.complete || response.headersSent) response.destroy();
    else response.writeHead(500).end(error instanceof Error ? error.message : String(error));
  }
}

function cannotListen(address: string, cause: unknown): Error {
  return emulatorErrors.WECOM_EMULATOR_PORT([address], { cause });
}

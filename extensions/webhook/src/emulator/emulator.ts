import { type IncomingMessage, type ServerResponse, createServer as createHttpServer } from "node:http";
import { listen } from "@loong/emulator-kit";
import { createControl } from "./control.ts";
import { emulatorErrors } from "./errors.ts";
import { type Fault, createFaults } from "./faults.ts";
import { type HookKind, type HookOptions, type ShownNotification, createHooks } from "./hooks.ts";
import { type LoggedRequest, createServer, readCall } from "./server.ts";

export interface WebhookEmulatorOptions {
  /** 0 or absent: a free one. */
  readonly port?: number;
  readonly host?: string;
  /** Applies the receivers' own limits: 20 messages a minute, one a second, and so on. Default: `false`. */
  readonly strictRates?: boolean;
}

/** An address for messages, and the room behind it. */
export interface HookHandle {
  readonly kind: HookKind;
  /** Where messages go: what an operator copies from the room's settings. */
  readonly url: string;
  /** What people see, oldest first. */
  shows(): readonly ShownNotification[];
}

/** Running receivers, with everything a test or a demo may do to them. */
export interface WebhookEmulator {
  /** `http://127.0.0.1:41234`, without a slash at the end. */
  readonly url: string;
  hook(kind: HookKind, options?: HookOptions): HookHandle;
  hooks(): readonly HookHandle[];
  /** Every request to a hook, also refused ones, oldest first. */
  requests(): readonly LoggedRequest[];
  /** @returns an id for `removeFault`. */
  inject(fault: Fault): string;
  removeFault(id: string): void;
  clearFaults(): void;
  /** Moves the receivers' time forward. */
  advance(ms: number): void;
  close(): Promise<void>;
}

/**
 * Starts the receivers of notifications (Feishu and Lark custom bots, WeCom group robots, DingTalk robots, Slack incoming
 * webhooks, plain JSON) and the control API (`/_emulator/`) on one port. Nothing is written to disk.
 *
 * @throws WEBHOOK_EMULATOR_PORT when it cannot listen.
 */
export async function startWebhookEmulator(options: WebhookEmulatorOptions = {}): Promise<WebhookEmulator> {
  const { host = "127.0.0.1", port = 0, strictRates = false } = options;
  const hooks = createHooks();
  const faults = createFaults(Math.random);
  const requests: LoggedRequest[] = [];
  let offsetMs = 0;
  const now = () => Date.now() + offsetMs;

  const server = createHttpServer();
  const url = await listen(server, { host, port }, cannotListen);
  const handle = (one: ReturnType<typeof hooks.add>): HookHandle => ({
    kind: one.kind,
    url: url + one.address,
    shows: () => [...one.shown],
  });
  const emulator: WebhookEmulator = {
    url,
    hook: (kind, hookOptions = {}) => handle(hooks.add(kind, hookOptions)),
    hooks: () => hooks.all().map(handle),
    requests: () => [...requests],
    inject: (fault) => faults.inject(fault),
    removeFault: (id) => faults.remove(id),
    clearFaults: () => faults.clear(),
    advance: (ms) => void (offsetMs += ms),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const receive = createServer({ hooks, faults, now, strictRates, log: (request) => void requests.push(request) });
  const control = createControl(emulator);
  server.on("request", (request, response) => void serve(request, response, receive, control));
  return emulator;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  receive: ReturnType<typeof createServer>,
  control: ReturnType<typeof createControl>,
): Promise<void> {
  try {
    const call = await readCall(request);
    if (call === undefined) response.writeHead(413).end();
    else if (call.path.startsWith("/_emulator")) await control(call, response);
    else receive(call, response);
  } catch (error) {
    // A client that went away in the middle of its body is no fault of ours.
    if (!request.complete || response.headersSent) response.destroy();
    else response.writeHead(500).end(error instanceof Error ? error.message : String(error));
  }
}

function cannotListen(address: string, cause: unknown): Error {
  return emulatorErrors.WEBHOOK_EMULATOR_PORT([address], { cause });
}

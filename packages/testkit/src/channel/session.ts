import type { Acceptance, Channel, Inbound, InboundEvent, LinkState } from "@loong/sdk";
import { eventually, within } from "../checks/waiting.ts";
import type { ChannelContext } from "./context.ts";
import { type WebhookServer, serveWebhook } from "./webhook-server.ts";

/** What the gateway does with events: takes them, lets the channel wait, or fails to store them. */
type Gate = "accept" | "hold" | "refuse";

/** A channel that is receiving, and the gateway's end of it. */
export interface Session {
  readonly channel: Channel;
  /** Every event handed over and not refused, duplicates included, in order. */
  readonly events: readonly InboundEvent[];
  readonly states: readonly LinkState[];
  /** Events handed over so far, whatever became of them. */
  offered(): number;
  /** Lets what is held go on when it is set to `accept`. */
  setGate(gate: Gate): void;
  /** The first event whose text holds `words`. */
  event(words: string): Promise<InboundEvent>;
  /** Aborts and waits until `serve` has resolved; the webhook is no longer served. */
  stop(): Promise<void>;
}

/** How long a channel may take to stop. */
const STOP_LIMIT_MS = 2_000;

/** Starts `serve`, and the webhook where there is one; resolves when events can come. */
export async function startSession<Account>(context: ChannelContext<Account>): Promise<Session> {
  if (!context.options.plugin.serves) context.skip("the channel is outbound only");
  const channel = context.open();
  const gateway = createGatewayEnd();
  const abort = new AbortController();
  const serving = channel.serve?.(gateway.inbound, abort.signal) ?? Promise.resolve();
  // Its end is looked at in `stop`; until then a failure shows as an event that does not come.
  serving.catch(() => {});

  let server: WebhookServer | undefined;
  async function stop(): Promise<void> {
    gateway.setGate("accept");
    abort.abort();
    await server?.close();
    await within("serve resolves after its signal aborts", STOP_LIMIT_MS, serving);
  }
  context.defer(() => stop().catch(() => {}));

  if (channel.webhook) {
    server = await serveWebhook(channel.webhook, gateway.inbound);
    await context.need("deliverTo")(server.url);
  } else {
    await Promise.race([
      eventually("serve reports connected", () => gateway.states.some(({ state }) => state === "connected")),
      serving.then(() => Promise.reject(new Error("serve resolved before its signal was aborted"))),
    ]);
  }
  return { channel, ...gateway, stop };
}

type GatewayEnd = Omit<Session, "channel" | "stop"> & { readonly inbound: Inbound };

/** Deduplicates as the core does; keeps the cursor with the events. */
function createGatewayEnd(): GatewayEnd {
  const events: InboundEvent[] = [];
  const states: LinkState[] = [];
  const known = new Set<string>();
  let gate: Gate = "accept";
  let release = () => {};
  let offered = 0;
  let cursor: string | undefined;

  async function pass(): Promise<void> {
    while (gate === "hold") await new Promise<void>((resolve) => (release = resolve));
    if (gate === "refuse") throw new Error("the conformance suite stores nothing now");
  }

  function store(event: InboundEvent): Acceptance {
    events.push(event);
    const keys = [`event ${event.eventId}`, `message ${event.messageId}`];
    const duplicate = keys.some((key) => known.has(key));
    for (const key of keys) known.add(key);
    return duplicate ? "duplicate" : "stored";
  }

  return {
    events,
    states,
    inbound: {
      async accept(batch, next) {
        offered += batch.length;
        await pass();
        cursor = next ?? cursor;
        return batch.map(store);
      },
      cursor: async () => cursor,
      report: (state) => void states.push(state),
    },
    offered: () => offered,
    setGate(next) {
      gate = next;
      release();
    },
    event: (words) => eventually(`an event with "${words}"`, () => events.find(({ text }) => text.includes(words))),
  };
}

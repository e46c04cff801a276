import type {
  Acceptance,
  Channel,
  ChannelPlugin,
  Inbound,
  MediaFetch,
  MessageRef,
  OutboundMessage,
  PreviewPlace,
  WebhookRequest,
} from "@loong/sdk";
import type { Peer } from "./peer.ts";
import { remoteLog } from "./remote-log.ts";
import type { ChannelAbilities } from "./shapes.ts";

/** What the gateway asks of one account, as it comes over the pipe. Each call has the keys it needs. */
interface Request {
  readonly account: number;
  readonly accountId: string;
  readonly values: unknown;
  readonly dataDir: string;
  /** Names the gateway's `Inbound` for the time of this call. */
  readonly inbound: number;
  readonly message: OutboundMessage;
  readonly at: MessageRef;
  readonly place: PreviewPlace;
  readonly handle: string;
  readonly markdown: string;
  readonly ref: string;
  readonly options: MediaFetch;
  /** `body` in base64. */
  readonly request: Omit<WebhookRequest, "body"> & { readonly body: string };
}
type Call = (channel: Channel, request: Request, signal: AbortSignal, peer: Peer) => Promise<unknown>;

/** The calls that a channel of its own process answers, by the names they have on the pipe. */
const calls: Readonly<Record<string, Call>> = {
  probe: (channel, _request, signal) => channel.probe(signal),
  send: (channel, { message }, signal) => channel.send(message, signal),
  serve: (channel, { inbound }, signal, peer) => able(channel.serve).call(channel, inboundOver(peer, inbound), signal),
  webhook: (channel, { request, inbound }, _signal, peer) =>
    able(channel.webhook).handle({ ...request, body: Buffer.from(request.body, "base64") }, inboundOver(peer, inbound)),
  "typing.start": (channel, { at }, signal) => able(channel.typing).start(at, signal),
  "typing.stop": (channel, { handle }, signal) => able(channel.typing).stop(handle, signal),
  "reactions.add": (channel, { at, handle }, signal) => able(channel.reactions).add(at, handle, signal),
  "reactions.remove": (channel, { at, handle }, signal) => able(channel.reactions).remove(at, handle, signal),
  edit: (channel, { at, message }, signal) => able(channel.edit).edit(at, message, signal),
  "stream.open": (channel, { place, markdown }, signal) => able(channel.stream).open(place, markdown, signal),
  "stream.update": (channel, { handle, markdown }, signal) => able(channel.stream).update(handle, markdown, signal),
  "stream.discard": (channel, { handle }, signal) => able(channel.stream).discard(handle, signal),
  "media.fetch": (channel, { at, ref, options }, signal) => able(channel.media).fetch(at, ref, options, signal),
};

/** The open accounts of this process's plugin. */
export interface Seats {
  answer(plugin: ChannelPlugin, method: string, params: unknown, signal: AbortSignal): Promise<unknown>;
}

export function createSeats(peer: Peer): Seats {
  const channels = new Map<number, Channel>();

  function open(plugin: ChannelPlugin, { account, accountId, values, dataDir }: Request): ChannelAbilities {
    const log = remoteLog(peer, account);
    const channel = plugin.open(values, { accountId, log, dataDir, clock: { now: () => Date.now() } });
    channels.set(account, channel);
    return abilitiesOf(channel);
  }

  async function close({ account }: Request): Promise<void> {
    await channels.get(account)?.close();
    channels.delete(account);
  }

  return {
    async answer(plugin, method, params, signal) {
      const request = params as Request;
      if (method === "open") return open(plugin, request);
      if (method === "close") return close(request);
      const channel = channels.get(request.account);
      const call = calls[method];
      if (channel === undefined || call === undefined) throw new Error(`There is no ${method} of this account.`);
      return call(channel, request, signal, peer);
    },
  };
}

function abilitiesOf({ serve, webhook, typing, reactions, edit, stream, media }: Channel): ChannelAbilities {
  return {
    serve: serve !== undefined,
    typing: typing !== undefined,
    reactions: reactions !== undefined,
    edit: edit !== undefined,
    ...(webhook && {
      webhook: { path: webhook.path, ...(webhook.bind === undefined ? {} : { bind: webhook.bind }) },
    }),
    ...(stream && { stream: { intervalMs: stream.intervalMs } }),
    ...(media && { media: { inbound: media.inbound } }),
  };
}

function inboundOver(peer: Peer, inbound: number): Inbound {
  return {
    accept: (events, cursor) => peer.call("accept", { inbound, events, cursor }) as Promise<readonly Acceptance[]>,
    cursor: async () => ((await peer.call("cursor", { inbound })) ?? undefined) as string | undefined,
    report: (state) => peer.tell("report", { inbound, state }),
  };
}

function able<Ability>(ability: Ability | undefined): Ability {
  if (ability === undefined) throw new Error("The channel of this account does not do that.");
  return ability;
}

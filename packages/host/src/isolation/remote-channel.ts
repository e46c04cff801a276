import type { Channel, Inbound, MediaFeature, StreamFeature, WebhookFeature } from "@loong/sdk";
import { fetchInto, lendFiles } from "./lent-files.ts";
import type { ChannelAbilities, Shape, Shapes } from "./shapes.ts";

/** The place of one account in its plugin's process, whichever process that is at the time of a call. */
export interface Seat {
  /** Starts the process and opens the account where it has to be. What comes back has the shape that is asked for. */
  call<T>(method: string, params: object, shape: Shape<T>, signal?: AbortSignal): Promise<T>;
  /** Names `inbound` to the plugin for the time of one call. */
  lend<T>(inbound: Inbound, use: (name: number) => Promise<T>): Promise<T>;
  leave(): Promise<void>;
}

/** A channel whose plugin runs elsewhere: every call goes over, as plain data. */
export function remoteChannel(seat: Seat, abilities: ChannelAbilities, shapes: Shapes, home: string): Channel {
  const { webhook, typing, reactions, edit, stream, media } = abilities;
  return {
    probe: (signal) => seat.call("probe", {}, shapes.probe, signal),
    async send(message, signal) {
      await using lent = await lendFiles(message, home);
      return await seat.call("send", { message: lent.message }, shapes.receipt, signal);
    },
    close: () => seat.leave(),
    ...(abilities.serve && {
      serve: (inbound: Inbound, signal: AbortSignal) =>
        seat.lend(inbound, (name) => seat.call("serve", { inbound: name }, shapes.nothing, signal)),
    }),
    ...(webhook && { webhook: remoteWebhook(seat, webhook, shapes) }),
    ...(typing && {
      typing: {
        start: (at, signal) => seat.call("typing.start", { at }, shapes.handle, signal),
        stop: (handle, signal) => seat.call("typing.stop", { handle }, shapes.nothing, signal),
      },
    }),
    ...(reactions && {
      reactions: {
        add: (at, emoji, signal) => seat.call("reactions.add", { at, handle: emoji }, shapes.handle, signal),
        remove: (at, handle, signal) => seat.call("reactions.remove", { at, handle }, shapes.nothing, signal),
      },
    }),
    ...(edit && {
      edit: {
        async edit(at, message, signal) {
          await using lent = await lendFiles(message, home);
          await seat.call("edit", { at, message: lent.message }, shapes.nothing, signal);
        },
      },
    }),
    ...(stream && { stream: remoteStream(seat, stream, shapes) }),
    ...(media && { media: remoteMedia(seat, media, shapes, home) }),
  };
}

function remoteWebhook(seat: Seat, place: NonNullable<ChannelAbilities["webhook"]>, shapes: Shapes): WebhookFeature {
  return {
    ...place,
    handle: ({ body, ...request }, inbound) =>
      seat.lend(inbound, (name) =>
        seat.call(
          "webhook",
          { inbound: name, request: { ...request, body: Buffer.from(body).toString("base64") } },
          shapes.response,
        ),
      ),
  };
}

function remoteStream(
  seat: Seat,
  { intervalMs }: NonNullable<ChannelAbilities["stream"]>,
  shapes: Shapes,
): StreamFeature {
  return {
    intervalMs,
    open: (place, markdown, signal) => seat.call("stream.open", { place, markdown }, shapes.preview, signal),
    update: (handle, markdown, signal) => seat.call("stream.update", { handle, markdown }, shapes.preview, signal),
    discard: (handle, signal) => seat.call("stream.discard", { handle }, shapes.nothing, signal),
  };
}

function remoteMedia(
  seat: Seat,
  { inbound }: NonNullable<ChannelAbilities["media"]>,
  shapes: Shapes,
  home: string,
): MediaFeature {
  return {
    inbound,
    fetch: (at, ref, options, signal) =>
      fetchInto(options, home, (lent) => seat.call("media.fetch", { at, ref, options: lent }, shapes.media, signal)),
  };
}

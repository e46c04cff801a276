import type { EmulatorClock } from "@loong/emulator-kit";

export interface BotOptions {
  readonly botId: string;
  readonly secret: string;
  /** What people write behind the `@` in a group. */
  readonly name: string;
}

/** A fixed time, or anything from `min` to `max`. */
export type Delay = number | { readonly min: number; readonly max: number };

/**
 * Where the platform is known to behave in two ways, or where its behaviour has not been measured, there is an option;
 * its first value is the default.
 */
export interface EmulatorOptions {
  /** 0 or absent: a free one. */
  readonly port?: number;
  readonly host?: string;
  readonly bots?: readonly BotOptions[];
  /** How long the platform takes for an acknowledgement. Default 0; measured on the platform: 235 to 451 ms. */
  readonly ackDelayMs?: Delay;
  /** When the socket of a bot that was kicked closes; until then it is a zombie. Default 2000. */
  readonly closeAfterKickMs?: number | "never";
  /** How long after its first frame a stream may change. Default 360 000; the platform may give 600 000. */
  readonly streamExpiryMs?: number;
  /** What happens to a stream frame above 20 480 bytes: 45002, or a silent cut. */
  readonly oversizeStream?: "refuse" | "truncate";
  /** A final frame with the same words as the one before is shown, or ignored by clients (the bubble stays open). */
  readonly identicalFinal?: "show" | "ignore";
  /** The answer to a frame for a finished stream: 846608. 0 takes it and changes nothing. */
  readonly afterFinishErrcode?: number;
  /** How many streams one req_id may carry. Absent: any number; older reports say 1, and 6000 for a second one. */
  readonly streamsPerReqId?: number;
  /** Takes `stream_with_template_card`. Default false: 40008, as documented for the long connection. */
  readonly cardStreams?: boolean;
  /** A req_id is worthless (846605) on any connection but the one it came on. Default false. */
  readonly sessionBoundReqIds?: boolean;
  /** Callbacks that nobody is subscribed for are kept for the next subscription, or lost. */
  readonly unsubscribed?: "keep" | "drop";
  /** Gives every message and click a `response_url`. Default true. */
  readonly responseUrls?: boolean;
  /** Applies 30 messages a minute and 1000 an hour for each conversation, and as many uploads for each bot. */
  readonly strictRates?: boolean;
  /** Stream frames count against `strictRates` too. Default true. */
  readonly countStreamFrames?: boolean;
  /** Subscriptions of one bot above this number within a minute get 45009. Absent: any number. */
  readonly subscribesPerMinute?: number;
  readonly clock?: EmulatorClock;
  /** How much is remembered; the oldest is forgotten first. A callback that is forgotten can no longer be answered. */
  readonly keep?: { readonly frames?: number; readonly callbacks?: number; readonly messagesPerChat?: number };
}

export interface Settings extends Readonly<
  Required<Omit<EmulatorOptions, "clock" | "bots" | "port" | "host" | "keep">>
> {
  readonly keepFrames: number;
  readonly keepCallbacks: number;
  readonly keepMessagesPerChat: number;
}

export const DEFAULT_BOT: BotOptions = { botId: "aib_loong", secret: "emulator-secret", name: "Loong" };

export function settle(options: EmulatorOptions): Settings {
  return {
    ackDelayMs: options.ackDelayMs ?? 0,
    closeAfterKickMs: options.closeAfterKickMs ?? 2000,
    streamExpiryMs: options.streamExpiryMs ?? 360_000,
    oversizeStream: options.oversizeStream ?? "refuse",
    identicalFinal: options.identicalFinal ?? "show",
    afterFinishErrcode: options.afterFinishErrcode ?? 846608,
    streamsPerReqId: options.streamsPerReqId ?? Number.POSITIVE_INFINITY,
    cardStreams: options.cardStreams ?? false,
    sessionBoundReqIds: options.sessionBoundReqIds ?? false,
    unsubscribed: options.unsubscribed ?? "keep",
    responseUrls: options.responseUrls ?? true,
    strictRates: options.strictRates ?? false,
    countStreamFrames: options.countStreamFrames ?? true,
    subscribesPerMinute: options.subscribesPerMinute ?? Number.POSITIVE_INFINITY,
    keepFrames: options.keep?.frames ?? 20_000,
    keepCallbacks: options.keep?.callbacks ?? 20_000,
    keepMessagesPerChat: options.keep?.messagesPerChat ?? Number.POSITIVE_INFINITY,
  };
}

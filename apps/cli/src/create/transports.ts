/** How messages of a platform come in. */
export const transports = {
  "push-webhook": "the platform posts events to an address of ours",
  poll: "we ask the platform for what is new",
  websocket: "the platform sends events over a connection that we open",
  "outbound-only": "messages only go out: notifications",
} as const;

export type Transport = keyof typeof transports;

export const transportNames = Object.keys(transports) as readonly Transport[];

/** What a program gets that names none: it needs no address and no library. */
export const DEFAULT_TRANSPORT: Transport = "poll";

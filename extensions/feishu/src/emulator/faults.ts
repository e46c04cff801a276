import { createFaultTable, type FaultScope, type FaultTable } from "@loong/emulator-kit";

/** Which occurrences a fault hits. Without any of these: every one. */
interface AppScope extends FaultScope {
  readonly appId?: string;
}

/** Something goes wrong with a call of the Open API, the token or the long connection's endpoint. */
export interface HttpFault extends AppScope {
  readonly on?: "http";
  /** `/open-apis/im/v1/messages`; `*` stands for one segment, `**` for any rest. */
  readonly path: string;
  readonly method?: string;
  /** Only requests whose body holds this text. */
  readonly contains?: string;
  readonly action: HttpFaultAction;
}

/**
 * - an answer instead of the real one; with `after`, the request has its effect all the same
 * - `rateLimitSeconds`: HTTP 429 (or `status`) with 99991400 and the gateway's headers
 * - `slowMs`: works, that much later; a keyed send counts as "being sent" meanwhile
 * - `hang`, `hang-body`: never answers, or stops in the middle of a body
 * - `reset-body`: the request has its effect, and the socket breaks in the middle of the reply, a download's too
 * - `reset-before`, `reset-after`: the socket breaks before, or after, the request had its effect
 * - `html`, `empty`, `truncated`: a proxy's 502 page, no body, half of the JSON (`truncated` after the effect)
 */
export type HttpFaultAction =
  | {
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
      readonly after?: boolean;
    }
  | { readonly rateLimitSeconds: number; readonly status?: number }
  | { readonly slowMs: number }
  | "hang"
  | "hang-body"
  | "reset-body"
  | "reset-before"
  | "reset-after"
  | "html"
  | "empty"
  | "truncated";

/** `same-tick`: waiting events are written together with the upgrade, before the client can listen. */
export interface UpgradeFault extends AppScope {
  readonly on: "upgrade";
  readonly action:
    | "same-tick"
    | { readonly refuse: { readonly status?: number; readonly autherrcode?: number; readonly message?: string } };
}

/** `swallow`: no pong. `pong`: this JSON instead of the client config; `""` sends an empty payload. */
export interface PingFault extends AppScope {
  readonly on: "ping";
  readonly action: "swallow" | { readonly pong: unknown };
}

/** Something goes wrong with one attempt to deliver an event. */
export interface EventFault extends AppScope {
  readonly on: "event";
  /** `im.message.receive_v1`; absent: any. */
  readonly type?: string;
  readonly action: EventFaultAction;
}

/**
 * Both transports: `drop` (never arrives), `duplicate` (twice), `duplicate-new-id` (again under another event id),
 * `delayMs`. Long connection and webhook have their own manners.
 */
export type EventFaultAction =
  | "drop"
  | "duplicate"
  | "duplicate-new-id"
  | { readonly delayMs: number }
  | FrameManner
  | PushManner;

/** `card-frame`: the frame says `type=card`. `garbage`: bytes that are no frame come first. */
export type FrameManner = "card-frame" | "garbage" | { readonly fragments: FragmentPlan };

/** How a payload is cut into frames, right or wrong. */
export interface FragmentPlan {
  readonly parts: number;
  /** Which parts are sent, in this order: leave one out, repeat one, turn them around. */
  readonly order?: readonly number[];
  /** Wait between two frames. */
  readonly gapMs?: number;
  /** What the `sum` header claims instead of `parts`. */
  readonly sum?: number;
}

export type PushManner =
  | "bad-signature"
  | "stale-timestamp"
  | "wrong-token"
  | "plaintext"
  | "oversized"
  | "slow-body"
  /** The very same bytes and signature twice; the second answer counts. */
  | "replay"
  | "wrong-path"
  | "not-json";

export type Fault = HttpFault | UpgradeFault | PingFault | EventFault;

export interface Faults extends Omit<FaultTable<Fault>, "strike"> {
  http(request: {
    readonly method: string;
    readonly path: string;
    readonly appId: string | undefined;
    body(): string;
  }): HttpFaultAction | undefined;
  upgrade(appId: string): UpgradeFault["action"] | undefined;
  ping(appId: string): PingFault["action"] | undefined;
  event(appId: string, type: string): EventFaultAction | undefined;
}

export function createFaults(random: () => number): Faults {
  const { strike, ...table } = createFaultTable<Fault>(random);
  return {
    ...table,
    http: (request) => strike((fault): fault is HttpFault => isHttp(fault) && hitsRequest(fault, request))?.action,
    upgrade: (appId) => strike((fault): fault is UpgradeFault => fault.on === "upgrade" && isFor(fault, appId))?.action,
    ping: (appId) => strike((fault): fault is PingFault => fault.on === "ping" && isFor(fault, appId))?.action,
    event: (appId, type) =>
      strike(
        (fault): fault is EventFault => fault.on === "event" && isFor(fault, appId) && (fault.type ?? type) === type,
      )?.action,
  };
}

function isHttp(fault: Fault): fault is HttpFault {
  return fault.on === undefined || fault.on === "http";
}

function isFor(fault: Fault, appId: string | undefined): boolean {
  return fault.appId === undefined || fault.appId === appId;
}

function hitsRequest(fault: HttpFault, request: Parameters<Faults["http"]>[0]): boolean {
  return (
    isFor(fault, request.appId) &&
    (fault.method ?? request.method).toUpperCase() === request.method &&
    pathPattern(fault.path).test(request.path) &&
    (fault.contains === undefined || request.body().includes(fault.contains))
  );
}

function pathPattern(path: string): RegExp {
  const parts = path.split(/(\*\*|\*)/).map((part) => {
    if (part === "**") return ".*";
    return part === "*" ? "[^/]+" : part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
  });
  return new RegExp(`^${parts.join("")}$`);
}

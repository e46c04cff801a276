import type { IncomingHttpHeaders } from "node:http";
import type { App } from "../state/apps.ts";
import type { Answer } from "./answer.ts";

/** One call, read to its end. */
export interface OpenCall {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The JSON body; `{}` when there is none. */
  readonly body: unknown;
  readonly raw: Buffer;
  readonly headers: IncomingHttpHeaders;
  readonly remoteAddress: string;
  /** A slow platform: wait for this once the call has been taken and before it has its effect. */
  readonly lingerMs: number;
}

/** A call by an app that proved who it is. */
export interface Call extends OpenCall {
  readonly app: App;
}

interface RouteFacts {
  readonly method: string;
  /** `/open-apis/im/v1/messages/:message_id` */
  readonly path: string;
  /** Waits `lingerMs` itself. */
  readonly lingers?: boolean;
}

/** Anybody may call it. */
interface OpenRoute extends RouteFacts {
  readonly auth: "none";
  handle(call: OpenCall): Answer | Promise<Answer>;
}

export interface AppRoute extends RouteFacts {
  /** `tenant`: needs a tenant token. `bot`: and the bot ability. */
  readonly auth: "tenant" | "bot";
  /** Permissions, any of which will do. */
  readonly scopes?: readonly string[];
  handle(call: Call): Answer | Promise<Answer>;
}

export type Route = OpenRoute | AppRoute;

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

export type Router = (method: string, path: string) => Match | undefined;

export function createRouter(routes: readonly Route[]): Router {
  const byShape = new Map<string, { readonly route: Route; readonly segments: readonly string[] }[]>();
  for (const route of routes) {
    const segments = route.path.split("/");
    const shape = `${route.method} ${segments.length}`;
    byShape.set(shape, [...(byShape.get(shape) ?? []), { route, segments }]);
  }
  return (method, path) => {
    const segments = path.split("/");
    for (const candidate of byShape.get(`${method} ${segments.length}`) ?? []) {
      const params = matchSegments(candidate.segments, segments);
      if (params !== undefined) return { route: candidate.route, params };
    }
    return undefined;
  };
}

function matchSegments(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const actual = segments[index] ?? "";
    if (expected.startsWith(":") && actual !== "") params[expected.slice(1)] = decoded(actual);
    else if (expected !== actual) return undefined;
  }
  return params;
}

/** As it stands when the percent signs make no sense. */
function decoded(segment: string): string {
  return segment.includes("%") && !/%(?![0-9a-fA-F]{2})/.test(segment) ? decodeURIComponent(segment) : segment;
}

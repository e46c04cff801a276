import type { routes } from "@loong/api";

/**
 * The same table as `routes` of `@loong/api`, whose value cannot be imported without the schema library: a command that
 * asks one question should not load it. The compiler holds the two equal.
 */
export const controlRoutes: typeof routes = {
  status: { method: "GET", path: "/v1/status" },
  probe: { method: "POST", path: "/v1/channels/probe" },
  send: { method: "POST", path: "/v1/send" },
  stop: { method: "POST", path: "/v1/stop" },
  restart: { method: "POST", path: "/v1/restart" },
  resume: { method: "POST", path: "/v1/resume" },
  chat: { method: "POST", path: "/v1/chat" },
  pairings: { method: "GET", path: "/v1/pairings" },
  pairingApprove: { method: "POST", path: "/v1/pairings/approve" },
  pairingReject: { method: "POST", path: "/v1/pairings/reject" },
  pairingRevoke: { method: "POST", path: "/v1/pairings/revoke" },
  pluginsReload: { method: "POST", path: "/v1/plugins/reload" },
  messages: { method: "GET", path: "/v1/messages" },
  messageRetry: { method: "POST", path: "/v1/messages/retry" },
  messageDrop: { method: "POST", path: "/v1/messages/drop" },
};

export type CallName = keyof typeof routes;

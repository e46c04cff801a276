/**
 * Where each call lives on the control socket. Stands by itself: a command that asks one question loads no schema library.
 */
export const routes = {
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
} as const;

/** `"send"`, `"status"`, … */
export type CallName = keyof typeof routes;

import { hostErrors } from "../errors.ts";

export interface Bind {
  readonly host: string;
  readonly port: number;
}

/**
 * `"127.0.0.1:8080"`, `"[::1]:8080"`, `":8080"` and `"8080"`; without a host it is this machine only.
 *
 * @throws HTTP_BIND_INVALID
 */
export function parseBind(text: string): Bind {
  const match = /^(?:(?:\[([\da-fA-F:.]+)\]|([\w.-]*)):)?(\d{1,5})$/.exec(text.trim());
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) throw hostErrors.HTTP_BIND_INVALID([text]);
  return { host: match[1] ?? (match[2] || "127.0.0.1"), port };
}

/** As a person would type it. */
export function formatBind({ host, port }: Bind): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

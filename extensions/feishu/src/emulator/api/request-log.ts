import { isRecord } from "@loong/emulator-kit";
import type { HttpFaultAction } from "../faults.ts";
import type { Incoming } from "./server.ts";

/** One request an app made. Secrets are masked. */
export interface LoggedRequest {
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly appId: string | undefined;
  readonly userAgent: string | undefined;
  readonly body: unknown;
  readonly bytes: number;
  /** What the client saw. Absent while it is under way, and when a fault left it without an answer. */
  readonly status: number | undefined;
  readonly code: number | undefined;
  readonly fault: HttpFaultAction | undefined;
}

export interface RequestLog {
  open(facts: {
    readonly atMs: number;
    readonly incoming: Incoming;
    readonly appId: string | undefined;
    readonly fault: HttpFaultAction | undefined;
  }): {
    close(status: number | undefined, code: number | undefined): void;
  };
  list(): LoggedRequest[];
  clear(): void;
}

interface Entry {
  readonly atMs: number;
  readonly incoming: Pick<Incoming, "method" | "path" | "query" | "body">;
  readonly bytes: number;
  readonly userAgent: string | undefined;
  readonly appId: string | undefined;
  readonly fault: HttpFaultAction | undefined;
  status: number | undefined;
  code: number | undefined;
}

const SECRET_KEYS = new Set(["app_secret", "AppSecret", "sign"]);

/** Remembers the latest `keep` requests; bodies are masked when somebody looks, not before. */
export function createRequestLog(keep: number): RequestLog {
  let entries: Entry[] = [];
  return {
    open({ atMs, incoming, appId, fault }) {
      const { method, path, query, body, raw, request } = incoming;
      const userAgent = request.headers["user-agent"];
      const facts = { incoming: { method, path, query, body }, bytes: raw.length, userAgent };
      const entry: Entry = { atMs, ...facts, appId, fault, status: undefined, code: undefined };
      entries.push(entry);
      if (entries.length > keep * 2) entries = entries.slice(-keep);
      return {
        close(status, code) {
          entry.status = status;
          entry.code = code;
        },
      };
    },
    list: () => entries.slice(-keep).map(view),
    clear: () => {
      entries = [];
    },
  };
}

function view({ incoming, ...facts }: Entry): LoggedRequest {
  const { method, path, query, body } = incoming;
  return { ...facts, method, path, query: Object.fromEntries(query), body: masked(body) };
}

function masked(body: unknown): unknown {
  if (!isRecord(body)) return body;
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, SECRET_KEYS.has(key) ? "***" : value]));
}

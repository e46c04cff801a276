import type { IncomingMessage, ServerResponse } from "node:http";
import type { FaultAction } from "../faults.ts";
import type { Parts } from "../parts.ts";
import type { Bot } from "../state/actors.ts";
import type { Method, Methods } from "./call.ts";
import { createParams, readParams, type Params } from "./params.ts";
import { Refusal } from "./refusal.ts";
import { maskedPath, type OpenEntry } from "./request-log.ts";
import {
  faultAnswer,
  fileAnswer,
  hasEffect,
  refusalAnswer,
  resultAnswer,
  write,
  type Answer,
  type MuteSockets,
} from "./wire.ts";

/** One request, read to its end. */
export interface Incoming {
  readonly request: IncomingMessage;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly raw: Buffer;
}

export interface Api {
  serve(incoming: Incoming, response: ServerResponse): Promise<void>;
  /** Carries out a method that came some other way, a webhook's answer for instance. Refusals are swallowed. */
  execute(bot: Bot, method: string, params: Params): Promise<void>;
}

/** What a path asks for. */
interface Target {
  readonly kind: "method" | "file";
  readonly token: string;
  /** The method as it was written, or the path of a file. */
  readonly name: string;
}

const METHOD_PATH = /^\/bot([^/]+)\/(?:test\/)?([^/]+)\/?$/;
const FILE_PATH = /^\/file\/bot([^/]+)\/(?:test\/)?(.+)$/;
/** One more than what fits into 50 MB of file and its form. */
const MAX_BODY_BYTES = 52 * 1024 * 1024;
const NOTHING = createParams({});

/** @returns `undefined` when the body is larger than anything the platform reads. */
export async function readIncoming(request: IncomingMessage): Promise<Incoming | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  const [path = "/", query = ""] = (request.url ?? "/").split("?", 2);
  return { request, path: decoded(path), query: new URLSearchParams(query), raw: Buffer.concat(chunks) };
}

/** As it stands when the percent signs make no sense. */
function decoded(path: string): string {
  return /%(?![\da-f]{2})/i.test(path) ? path : decodeURIComponent(path);
}

/** Answers the Bot API: fault, token, method, parameters; every call is logged. */
export function createApi(parts: Parts, methods: Methods, mute: MuteSockets): Api {
  const { world, faults, log, clock } = parts;
  const byName = new Map(Object.entries(methods).map(([name, run]) => [name.toLowerCase(), { name, run }]));

  async function serve(incoming: Incoming, response: ServerResponse): Promise<void> {
    const { request, path, query, raw } = incoming;
    const target = targetOf(path);
    const bot = target === undefined ? undefined : world.actors.withToken(target.token);
    const found = target?.kind === "method" ? byName.get(target.name.toLowerCase()) : undefined;
    const method = target?.kind === "file" ? "file" : (found?.name ?? target?.name ?? "");
    const action = faults.strike({
      method: method.toLowerCase(),
      bot,
      text: () => `${raw.toString("utf8")} ${query.toString()}`,
    });
    const entry = log.open({
      atMs: clock.now(),
      method,
      httpMethod: request.method ?? "GET",
      path: maskedPath(path),
      botId: bot?.id,
      userAgent: request.headers["user-agent"],
      fault: action,
    });
    const truth = async (): Promise<Answer> => answerFor(incoming, response, { target, bot, run: found?.run, entry });
    await reply(response, action, truth, entry);
  }

  async function reply(
    response: ServerResponse,
    action: FaultAction | undefined,
    truth: () => Promise<Answer>,
    entry: OpenEntry,
  ): Promise<void> {
    if (typeof action === "object" && "slowMs" in action) await pause(action.slowMs);
    const real = action === undefined || hasEffect(action) ? await truth() : undefined;
    const shown = action === undefined ? real : faultAnswer(action, real);
    entry.close(shown?.status, shown?.description);
    if (shown !== undefined) write(response, shown, mute);
    else if (action === "reset-before" || action === "reset-after") response.socket?.resetAndDestroy();
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => void clock.setTimer(ms, resolve));
  }

  async function answerFor(
    incoming: Incoming,
    response: ServerResponse,
    { target, bot, run, entry }: Found,
  ): Promise<Answer> {
    if (target === undefined) return refusalAnswer({ code: 404, message: "Not Found", parameters: undefined });
    try {
      const params =
        target.kind === "file" ? NOTHING : await readParams(incoming.request.headers, incoming.query, incoming.raw);
      entry.named(target.kind === "file" ? "file" : (methodName(target.name) ?? target.name), params);
      if (bot === undefined)
        throw new Refusal(401, isToken(target.token) ? "Unauthorized" : "Unauthorized: invalid token specified");
      if (target.kind === "file") return download(target.name);
      if (run === undefined) throw new Refusal(404, "Not Found: method not found");
      return resultAnswer(await run({ bot, params, gone: goneSignal(response) }));
    } catch (error) {
      if (error instanceof Refusal) return refusalAnswer(error);
      throw error;
    }
  }

  function methodName(written: string): string | undefined {
    return byName.get(written.toLowerCase())?.name;
  }

  function download(path: string): Answer {
    const file = world.files.download(path);
    if (file === undefined) throw new Refusal(404, "Not Found");
    return fileAnswer(file);
  }

  async function execute(bot: Bot, method: string, params: Params): Promise<void> {
    const name = methodName(method);
    const run = byName.get(method.toLowerCase())?.run;
    if (name === undefined || run === undefined) return;
    const path = `/bot${bot.id}:***/${name}`;
    const facts = { atMs: clock.now(), method: name, httpMethod: "WEBHOOK", path, botId: bot.id };
    const entry = log.open({ ...facts, userAgent: undefined, fault: undefined });
    entry.named(name, params);
    try {
      await run({ bot, params, gone: new AbortController().signal });
      entry.close(200);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      entry.close(error.code, error.message);
    }
  }

  return { serve, execute };
}

interface Found {
  readonly target: Target | undefined;
  readonly bot: Bot | undefined;
  readonly run: Method | undefined;
  readonly entry: OpenEntry;
}

function targetOf(path: string): Target | undefined {
  const file = FILE_PATH.exec(path);
  if (file !== null) return { kind: "file", token: file[1] ?? "", name: file[2] ?? "" };
  const method = METHOD_PATH.exec(path);
  return method === null ? undefined : { kind: "method", token: method[1] ?? "", name: method[2] ?? "" };
}

function isToken(token: string): boolean {
  return /^\d+:[\w-]+$/.test(token);
}

function goneSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once("close", () => controller.abort());
  return controller.signal;
}

import type { IncomingMessage } from "node:http";
import { type LoongError, isLoongError } from "@loong/sdk";
import type * as Grammy from "grammy/web";
import type { Api, InputFile, RawApi } from "grammy/web";
import type { BotToken } from "../config.ts";
import { telegramErrors } from "../errors.ts";
import { classify, classifyForeign } from "./classify.ts";
import type { Transport } from "./transport.ts";

const CALL_TIMEOUT_MS = 20_000;

/** grammY types signals as those of an old polyfill, which the platform's own do not fit. */
type GrammySignal = NonNullable<Parameters<RawApi["getMe"]>[0]>;

/** What one call works with. `signal` ends with the caller's and with the call's time limit. */
export interface Call {
  readonly raw: RawApi;
  readonly signal: GrammySignal;
  /** Bytes to upload; a call that is repeated needs new ones. */
  upload(chunks: AsyncIterable<Uint8Array>, name: string): InputFile;
}

export interface TelegramApi {
  /**
   * Calls the Bot API.
   *
   * @param timeoutMs - Until the whole answer is there. Default 20 s.
   * @throws LoongError with an outcome for everything that is not a success; never with the token in it.
   */
  call<T>(run: (call: Call) => Promise<T>, signal: AbortSignal, timeoutMs?: number): Promise<T>;
  /** Downloads what `getFile` named. The caller reads or destroys the body. */
  file(path: string, signal: AbortSignal): Promise<IncomingMessage>;
}

export interface ClientOptions {
  readonly token: BotToken["token"];
  readonly baseUrl: URL;
  readonly transport: Transport;
  /** A group was refused because it lives on under another id. */
  onMigrated(fromChat: string, toChat: number): void;
}

/** grammY's typed methods over our own pooled transport. Loads grammY at the first call. */
export function createApi({ token, baseUrl, transport, onMigrated }: ClientOptions): TelegramApi {
  let loaded: Promise<{ readonly grammy: typeof Grammy; readonly api: Api }> | undefined;

  function load() {
    loaded ??= import("grammy/web").then((grammy) => ({
      grammy,
      api: new grammy.Api(token, { apiRoot: rootOf(baseUrl), fetch: fetchOver(transport, baseUrl.host) }),
    }));
    return loaded;
  }

  /** What grammY throws holds the payload, and for broken connections the address: nothing of it is passed on. */
  function errorOf({ GrammyError, HttpError }: typeof Grammy, error: unknown): LoongError {
    if (error instanceof GrammyError) {
      const { error_code: code, description, parameters, payload } = error;
      const { retry_after: retryAfterS, migrate_to_chat_id: migratedTo } = parameters;
      const { chat_id: chat } = payload as { chat_id?: number | string };
      if (migratedTo !== undefined && chat !== undefined) onMigrated(String(chat), migratedTo);
      return classify({ code, description, retryAfterS, migratedTo });
    }
    const inner = error instanceof HttpError ? error.error : error;
    if (isLoongError(inner)) return inner;
    // Only the bytes of an upload fail outside the transport, and half a form is no message.
    const reason = (inner as NodeJS.ErrnoException | null)?.code ?? "failed";
    return telegramErrors.TELEGRAM_FILE_UNREADABLE(["to upload", reason], { outcome: "not-sent" });
  }

  return {
    async call(run, signal, timeoutMs = CALL_TIMEOUT_MS) {
      const { grammy, api } = await load();
      const deadline = new AbortController();
      const timer = setTimeout(() => deadline.abort(), timeoutMs);
      try {
        return await run({
          raw: api.raw,
          signal: AbortSignal.any([signal, deadline.signal]) as unknown as GrammySignal,
          upload: (chunks, name) => new grammy.InputFile(chunks, quoted(name)),
        });
      } catch (error) {
        const known = errorOf(grammy, error);
        throw deadline.signal.aborted && !signal.aborted ? timedOut(known, baseUrl.host, timeoutMs) : known;
      } finally {
        clearTimeout(timer);
      }
    },
    file(path, signal) {
      const url = new URL(`${rootOf(baseUrl)}/file/bot${token}/${encodeURI(path)}`);
      return transport.stream({ method: "GET", url }, signal);
    },
  };
}

/** The part of `fetch` that grammY uses. Its failures are ours, so that grammY's wrapping of them can be undone. */
function fetchOver(transport: Transport, host: string) {
  return async (
    url: string,
    init: { method: string; headers: Record<string, string>; body: never; signal: AbortSignal },
  ) => {
    const { method, headers, body, signal } = init;
    const { status, text } = await transport.text({ method, headers, body, url: new URL(url) }, signal);
    return {
      async json(): Promise<unknown> {
        const answer = parseAnswer(text);
        if (answer === undefined) throw classifyForeign(host, status);
        // Some servers leave the code to the status line.
        return answer.ok
          ? answer
          : { ...answer, error_code: answer.error_code ?? status, description: answer.description ?? "" };
      },
    };
  };
}

interface Answer {
  readonly ok: boolean;
  readonly error_code?: number;
  readonly description?: string;
}

function parseAnswer(text: string): Answer | undefined {
  try {
    const answer = JSON.parse(text) as { ok?: unknown } | null;
    return typeof answer?.ok === "boolean" ? (answer as Answer) : undefined;
  } catch {
    return undefined;
  }
}

function timedOut(error: LoongError, host: string, timeoutMs: number): LoongError {
  const reason = `timeout after ${timeoutMs / 1_000} s`;
  switch (error.code) {
    case "TELEGRAM_NO_ANSWER":
      return telegramErrors.TELEGRAM_NO_ANSWER([host, reason]);
    case "TELEGRAM_UNREACHABLE":
      return telegramErrors.TELEGRAM_UNREACHABLE([host, reason]);
    default:
      return error;
  }
}

function rootOf(baseUrl: URL): string {
  return baseUrl.href.replace(/\/$/, "");
}

/**
 * grammY writes the name into the form's header as it is; without quotes a name would end at its first space or semicolon.
 *
 * @see https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
 */
function quoted(name: string): string {
  return `"${name.replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A")}"`;
}

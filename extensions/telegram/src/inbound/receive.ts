import type { Inbound, Logger } from "@loong/sdk";
import type { CallbackQuery, Update } from "grammy/types";
import type { TelegramApi } from "../api/client.ts";
import type { Bot, Identity } from "../identity.ts";
import type { Migrations } from "../migrations.ts";
import { type Parsed, parseUpdate } from "./parse.ts";

/** What both ways in need to turn updates into stored events. */
export interface Receiver {
  /**
   * Resolves once the events of all updates are stored, together with `cursor`: then confirm. Rejects: do not.
   *
   * @param updates - In the order they came; those there is nothing to answer to are passed over.
   */
  receive(updates: readonly Update[], inbound: Inbound, cursor?: string): Promise<void>;
}

export interface ReceiverParts {
  readonly api: TelegramApi;
  readonly identity: Identity;
  readonly migrations: Migrations;
  readonly log: Logger;
  /** Ends with the account. */
  readonly closing: AbortSignal;
  now(): number;
}

export function createReceiver({ api, identity, migrations, log, closing, now }: ReceiverParts): Receiver {
  /** The person's button spins until then. Nothing depends on it. */
  function stopSpinner({ id }: CallbackQuery): void {
    api
      .call(({ raw, signal }) => raw.answerCallbackQuery({ callback_query_id: id }, signal), closing)
      .catch((error: Error) => log.debug("a press of a button could not be confirmed", { error: error.message }));
  }

  function noteMigration({ message }: Update): void {
    const { migrate_to_chat_id: to, migrate_from_chat_id: from, chat } = message ?? {};
    if (chat === undefined) return;
    if (to !== undefined) migrations.note(String(chat.id), to);
    if (from !== undefined) migrations.note(String(from), chat.id);
  }

  /** Whatever is not as it is documented would come again for a day, and everything behind it would wait. */
  function read(update: Update, bot: Bot): readonly { readonly update: Update; readonly parsed: Parsed }[] {
    try {
      return [{ update, parsed: parseUpdate(update, bot, now()) }];
    } catch {
      log.warn("an update was dropped: it is not of the documented form", { update: update.update_id });
      return [];
    }
  }

  return {
    async receive(updates, inbound, cursor) {
      const bot = await identity.get();
      const readable = updates.flatMap((update) => read(update, bot));
      const events = readable.flatMap(({ update, parsed }) => {
        if (parsed.kind === "event") return [parsed.event];
        log.debug("an update was ignored", { update: update.update_id, reason: parsed.reason });
        return [];
      });
      for (const { update } of readable) noteMigration(update);
      if (events.length > 0 || cursor !== undefined) await inbound.accept(events, cursor);
      for (const { update } of readable) if (update.callback_query !== undefined) stopSpinner(update.callback_query);
    },
  };
}

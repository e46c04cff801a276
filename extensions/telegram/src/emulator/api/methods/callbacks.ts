import type { Parts } from "../../parts.ts";
import type { Methods } from "../call.ts";
import { badRequest } from "../refusal.ts";

const MAX_TEXT = 200;

/** Answers to pressed buttons. */
export function callbackMethods({ world }: Parts): Methods {
  return {
    answerCallbackQuery({ bot, params }) {
      const [id, text, url] = [params.text("callback_query_id"), params.text("text"), params.text("url")];
      if (text.length > MAX_TEXT) throw badRequest("MESSAGE_TOO_LONG");
      const known = world.callbacks.answer(bot, id, {
        answered: true,
        ...(text === "" ? {} : { text }),
        alert: params.flag("show_alert"),
        ...(url === "" ? {} : { url }),
      });
      if (!known) throw badRequest("query is too old and response timeout expired or query ID is invalid");
      return true;
    },
  };
}

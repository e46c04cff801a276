import type { Parts } from "../../parts.ts";
import type { Methods } from "../call.ts";
import { selfView } from "../view.ts";

/** The bot itself. */
export function accountMethods({ webhooks, queueOf }: Parts): Methods {
  return {
    getMe: ({ bot }) => selfView(bot),
    logOut({ bot }) {
      webhooks.set(bot, undefined);
      queueOf(bot).dropAll();
      return true;
    },
    close: () => true,
  };
}

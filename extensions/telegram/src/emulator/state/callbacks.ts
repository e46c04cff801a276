import type { EmulatorClock } from "@loong/emulator-kit";
import { queryId } from "../ids.ts";
import type { Bot } from "./actors.ts";

/** What the person who pressed a button got to see. */
export interface PressAnswer {
  /** `false`: nobody answered in time, the button went on spinning. */
  readonly answered: boolean;
  readonly text?: string;
  /** Shown as a window instead of a line at the top. */
  readonly alert?: boolean;
  readonly url?: string;
}

export interface Callbacks {
  open(bot: Bot): { readonly id: string; readonly answer: Promise<PressAnswer> };
  /** `false`: too old, answered already, or of another bot. */
  answer(bot: Bot, id: string, answer: PressAnswer): boolean;
}

/** @see `tdlib/telegram-bot-api` Client.cpp, expiry of callback and inline queries (read 2026-11) */
const LIFETIME_MS = 150_000;

export function createCallbacks(clock: EmulatorClock): Callbacks {
  const open = new Map<string, { readonly bot: Bot; readonly settle: (answer: PressAnswer) => void }>();
  return {
    open(bot) {
      const id = queryId();
      const { promise, resolve } = Promise.withResolvers<PressAnswer>();
      const expiry = clock.setTimer(LIFETIME_MS, () => {
        open.delete(id);
        resolve({ answered: false });
      });
      open.set(id, {
        bot,
        settle(answer) {
          expiry.cancel();
          open.delete(id);
          resolve(answer);
        },
      });
      return { id, answer: promise };
    },
    answer(bot, id, answer) {
      const query = open.get(id);
      if (query?.bot !== bot) return false;
      query.settle(answer);
      return true;
    },
  };
}

import { emulatorErrors } from "../errors.ts";
import type { BotOptions } from "../options.ts";

export interface Bot {
  readonly botId: string;
  secret: string;
  readonly name: string;
}

export interface Bots {
  all(): readonly Bot[];
  add(options: BotOptions): Bot;
  find(botId: string): Bot | undefined;
  /** By id or by name. @throws WECOM_EMULATOR_NOT_FOUND */
  get(idOrName: string): Bot;
}

export function createBots(): Bots {
  const bots = new Map<string, Bot>();
  return {
    all: () => [...bots.values()],
    find: (botId) => bots.get(botId),
    add({ botId, secret, name }) {
      const bot: Bot = { botId, secret, name };
      bots.set(botId, bot);
      return bot;
    },
    get(idOrName) {
      const bot = bots.get(idOrName) ?? [...bots.values()].find(({ name }) => name === idOrName);
      if (bot === undefined) throw emulatorErrors.WECOM_EMULATOR_NOT_FOUND(["bot", idOrName]);
      return bot;
    },
  };
}

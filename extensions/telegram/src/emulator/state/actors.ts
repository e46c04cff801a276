import { emulatorErrors } from "../errors.ts";
import { userIdFor } from "../ids.ts";
import type { BotOptions } from "../options.ts";

export interface User {
  readonly kind: "user";
  readonly id: number;
  readonly name: string;
  /** Without the `@`; many people have none. */
  readonly username: string | undefined;
}

export interface Bot {
  readonly kind: "bot";
  readonly id: number;
  readonly name: string;
  readonly username: string;
  readonly canReadAllGroupMessages: boolean;
  readonly privateTopics: boolean;
  token: string;
  /** By scope and language. */
  readonly commands: Map<string, readonly BotCommand[]>;
}

export interface BotCommand {
  readonly command: string;
  readonly description: string;
}

export type Actor = User | Bot;

export interface Actors {
  addBot(options: BotOptions): Bot;
  bots(): readonly Bot[];
  users(): readonly User[];
  /** The user of that name; made on first use. */
  user(name: string, facts?: { readonly id?: number; readonly username?: string }): User;
  /** By id, name or username. */
  findUser(ref: string | number): User | undefined;
  /** By token, id, username or name. */
  findBot(ref: string | number): Bot | undefined;
  withToken(token: string): Bot | undefined;
}

const TOKEN = /^\d+:[\w-]{10,}$/;

export function createActors(): Actors {
  const bots: Bot[] = [];
  const users = new Map<number, User>();
  const findUser = (ref: string | number): User | undefined =>
    users.get(Number(ref)) ?? [...users.values()].find(({ name, username }) => name === ref || username === bare(ref));
  const withToken = (token: string): Bot | undefined => bots.find((bot) => bot.token === token);

  return {
    addBot(options) {
      const { token, username, name, id = Number(token.split(":")[0]) } = options;
      if (!TOKEN.test(token)) throw emulatorErrors.TELEGRAM_EMULATOR_TOKEN(["its token has the wrong form"]);
      if (bots.some((bot) => bot.id === id || bot.username === username))
        throw emulatorErrors.TELEGRAM_EMULATOR_TOKEN([`"${username}" or its id ${id} is taken`]);
      const { canReadAllGroupMessages = false, privateTopics = false } = options;
      const commands = new Map<string, readonly BotCommand[]>();
      const bot: Bot = { kind: "bot", id, name, username, token, canReadAllGroupMessages, privateTopics, commands };
      bots.push(bot);
      return bot;
    },
    bots: () => bots,
    users: () => [...users.values()],
    user(name, { id, username } = {}) {
      const known = findUser(name);
      if (known !== undefined) return known;
      const user: User = { kind: "user", id: id ?? userIdFor(name), name, username };
      users.set(user.id, user);
      return user;
    },
    findUser,
    findBot: (ref) =>
      bots.find(({ token, id, username, name }) => [token, String(id), username, name].includes(bare(ref))),
    withToken,
  };
}

function bare(ref: string | number): string {
  return String(ref).replace(/^@/, "");
}

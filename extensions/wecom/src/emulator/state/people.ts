import { emulatorErrors } from "../errors.ts";
import { userIdFor } from "../ids.ts";
import type { Bot } from "./bots.ts";

/** A person who uses the client. Bots only ever see the userid; the name is for those who drive the emulator. */
export interface User {
  readonly name: string;
  readonly userId: string;
}

/** Whoever can speak in a room. */
export type Actor = { readonly kind: "user"; readonly user: User } | { readonly kind: "bot"; readonly bot: Bot };

export interface People {
  all(): readonly User[];
  /** The user of that name; made on first use, with this `userId` when one is given. */
  named(name: string, userId?: string): User;
  /** By name or userid. @throws WECOM_EMULATOR_NOT_FOUND */
  get(nameOrId: string): User;
}

export function createPeople(): People {
  const users = new Map<string, User>();
  return {
    all: () => [...users.values()],
    named(name, userId = userIdFor(name)) {
      const known = users.get(name);
      if (known !== undefined) return known;
      const made = { name, userId };
      users.set(name, made);
      return made;
    },
    get(nameOrId) {
      const user = users.get(nameOrId) ?? [...users.values()].find(({ userId }) => userId === nameOrId);
      if (user === undefined) throw emulatorErrors.WECOM_EMULATOR_NOT_FOUND(["user", nameOrId]);
      return user;
    },
  };
}

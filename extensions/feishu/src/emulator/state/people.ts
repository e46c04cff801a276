import { emulatorErrors } from "../errors.ts";
import { digest, openIdFor } from "../ids.ts";
import type { App, Apps } from "./apps.ts";

/** A person who uses the client. */
export interface User {
  readonly name: string;
  /** The same for every app of one developer. */
  readonly unionId: string;
  /** The company's own id. */
  readonly userId: string;
  readonly email: string;
  /** Apps that may not reach this person: outside their availability range. */
  readonly unavailableTo: Set<string>;
}

/** Whoever can speak in a room. */
export type Actor = { readonly kind: "user"; readonly user: User } | { readonly kind: "app"; readonly app: App };

export interface People {
  all(): readonly User[];
  /** The user of that name; made on first use. */
  named(name: string): User;
  /** @throws FEISHU_EMULATOR_NOT_FOUND when no user has this name, union id, user id or open id. */
  get(nameOrId: string): User;
  /** As `appId` sees this person or bot. */
  openId(appId: string, actor: Actor): string;
  /** Lets `appId` know this person under an id of your choice. */
  assignOpenId(appId: string, user: User, openId: string): void;
  byOpenId(appId: string, openId: string): Actor | undefined;
  byUnionId(unionId: string): User | undefined;
  byUserId(userId: string): User | undefined;
  byEmail(email: string): User | undefined;
  /** Is this the id under which another app knows somebody? */
  isForeignOpenId(appId: string, openId: string): boolean;
}

export function createPeople(apps: Apps): People {
  const users = new Map<string, User>();
  const openIds = new Map<string, string>();
  const owners = new Map<string, { readonly appId: string; readonly actor: Actor }>();

  function openId(appId: string, actor: Actor): string {
    const unionId = actor.kind === "user" ? actor.user.unionId : actor.app.botUnionId;
    const key = appId + unionId;
    const known = openIds.get(key);
    if (known !== undefined) return known;
    const made = openIdFor(appId, unionId);
    openIds.set(key, made);
    owners.set(made, { appId, actor });
    return made;
  }

  /** Makes sure that everybody has an id for every app, then looks the id up. */
  function owner(id: string): { readonly appId: string; readonly actor: Actor } | undefined {
    const everybody = users.size + apps.all().length;
    if (!owners.has(id) && owners.size < everybody * apps.all().length) {
      for (const actor of actors()) for (const app of apps.all()) openId(app.appId, actor);
    }
    return owners.get(id);
  }

  const actors = (): Actor[] => [
    ...[...users.values()].map((user): Actor => ({ kind: "user", user })),
    ...apps.all().map((app): Actor => ({ kind: "app", app })),
  ];
  const find = (matches: (user: User) => boolean): User | undefined => [...users.values()].find(matches);
  const userByOpenId = (id: string): User | undefined => {
    const actor = owner(id)?.actor;
    return actor?.kind === "user" ? actor.user : undefined;
  };

  return {
    all: () => [...users.values()],
    named(name) {
      const known = users.get(name);
      if (known !== undefined) return known;
      const made = makeUser(name);
      users.set(name, made);
      return made;
    },
    get(nameOrId) {
      const user =
        users.get(nameOrId) ??
        userByOpenId(nameOrId) ??
        find((one) => one.unionId === nameOrId || one.userId === nameOrId);
      if (user === undefined) throw emulatorErrors.FEISHU_EMULATOR_NOT_FOUND(["user", nameOrId]);
      return user;
    },
    openId,
    assignOpenId(appId, user, openId) {
      const before = openIds.get(appId + user.unionId);
      if (before !== undefined) owners.delete(before);
      openIds.set(appId + user.unionId, openId);
      owners.set(openId, { appId, actor: { kind: "user", user } });
    },
    byOpenId(appId, id) {
      const found = owner(id);
      return found?.appId === appId ? found.actor : undefined;
    },
    byUnionId: (unionId) => find((user) => user.unionId === unionId),
    byUserId: (userId) => find((user) => user.userId === userId),
    byEmail: (email) => find((user) => user.email === email),
    isForeignOpenId: (appId, id) => (owner(id)?.appId ?? appId) !== appId,
  };
}

function makeUser(name: string): User {
  const seed = digest(`user:${name}`);
  return {
    name,
    unionId: `on_${digest(`union:${name}`)}`,
    userId: seed.slice(0, 8),
    email: `${seed.slice(0, 8)}@emulator.example`,
    unavailableTo: new Set(),
  };
}

export function actorName(actor: Actor): string {
  return actor.kind === "user" ? actor.user.name : actor.app.botName;
}

import { randomUUID } from "node:crypto";

export interface Room {
  readonly id: string;
  readonly type: "direct" | "group";
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly isBot: boolean;
}

export interface Message {
  readonly id: string;
  readonly room: Room;
  readonly sender: Person;
  readonly text: string;
  readonly replyTo?: string;
  readonly sentAtMs: number;
}

export const BOT: Person = { id: "bot-1", name: "Loong", isBot: true };
export const ADA: Person = { id: "ada", name: "Ada", isBot: false };
export const DIRECT: Room = { id: "ada-and-bot", type: "direct" };
export const GROUP: Room = { id: "ops", type: "group" };

/** Two rooms, Ada and the bot, and everything they have said. */
export interface Platform {
  /** Oldest first. */
  readonly messages: readonly Message[];
  room(id: string): Room | undefined;
  add(message: Omit<Message, "id" | "sentAtMs">): Message;
}

export function createPlatform(): Platform {
  const messages: Message[] = [];
  return {
    messages,
    room: (id) => [DIRECT, GROUP].find((room) => room.id === id),
    add(message) {
      const added = { ...message, id: `msg-${randomUUID()}`, sentAtMs: Date.now() };
      messages.push(added);
      return added;
    },
  };
}

import type { Conversation, Person } from "./speech.ts";

/** Who is there, and where people talk. The same name is the same person or group. */
export interface Town {
  user(name: string): Person;
  directChat(user: Person): Conversation;
  group(title: string): Conversation;
  conversations(): readonly Conversation[];
}

export function createTown(): Town {
  const places = new Map<string, Conversation>();

  function place(conversation: Conversation): Conversation {
    const known = places.get(conversation.id) ?? conversation;
    places.set(known.id, known);
    return known;
  }

  return {
    user: (name) => ({ id: `user-${name.toLowerCase()}`, name }),
    directChat: (user) => place({ id: `chat-${user.id}`, type: "direct" }),
    group: (title) => place({ id: `group-${title.toLowerCase()}`, type: "group", title }),
    conversations: () => [...places.values()],
  };
}

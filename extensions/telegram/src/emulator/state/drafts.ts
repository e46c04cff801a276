import type { EmulatorClock } from "@loong/emulator-kit";
import type { Chat } from "./chat.ts";

/** Words that grow on the screen of a private chat and are no message. */
export interface Draft {
  readonly chat: Chat;
  readonly draftId: number;
  readonly threadId: number | undefined;
  readonly canStop: boolean;
  text: string;
  atMs: number;
  /** Every text that was shown. */
  readonly history: string[];
  /** How it went away; undefined while it may be seen. */
  ended: "replaced" | "stopped" | undefined;
}

export interface Drafts {
  show(facts: Pick<Draft, "chat" | "draftId" | "threadId" | "canStop" | "text">): void;
  /** What can be seen now. */
  visible(chat: Chat): Draft | undefined;
  all(chat: Chat): readonly Draft[];
  end(chat: Chat, threadId: number | undefined, how: "replaced" | "stopped"): Draft | undefined;
}

/** @param ttlMs - A draft that is not renewed fades after so long. */
export function createDrafts(clock: EmulatorClock, ttlMs: number): Drafts {
  const drafts: Draft[] = [];
  const isVisible = (draft: Draft): boolean => draft.ended === undefined && clock.now() < draft.atMs + ttlMs;
  const inPlace = (chat: Chat, threadId: number | undefined): Draft | undefined =>
    drafts.findLast((draft) => draft.chat === chat && draft.threadId === threadId && isVisible(draft));

  return {
    show({ text, ...facts }) {
      const current = inPlace(facts.chat, facts.threadId);
      if (current?.draftId === facts.draftId) {
        current.text = text;
        current.atMs = clock.now();
        current.history.push(text);
        return;
      }
      if (current !== undefined) current.ended = "replaced";
      drafts.push({ ...facts, text, atMs: clock.now(), history: [text], ended: undefined });
    },
    visible: (chat) => drafts.findLast((draft) => draft.chat === chat && isVisible(draft)),
    all: (chat) => drafts.filter((draft) => draft.chat === chat),
    end(chat, threadId, how) {
      const draft = inPlace(chat, threadId);
      if (draft !== undefined) draft.ended = how;
      return draft;
    },
  };
}

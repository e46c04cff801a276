import type { TranscriptEntry, Turn } from "@loong/sdk";

interface PromptMessage {
  readonly role: "user" | "assistant";
  readonly content: string;
}

export interface Prompt {
  readonly system: string | undefined;
  readonly messages: readonly PromptMessage[];
}

/** Kept free for the answer when the budget is shared out. */
const ANSWER_SHARE = 0.25;

/**
 * What the model is told: the system prompt, as much of the history as the budget holds (the newest exchanges, whole), and
 * the message itself, which is never left out.
 *
 * @param contextTokens - The whole budget, answer included, in estimated tokens.
 */
export function makePrompt(turn: Turn, providerPrompt: string | undefined, contextTokens: number): Prompt {
  const system = [providerPrompt, turn.systemPrompt].filter(Boolean).join("\n\n") || undefined;
  const asked: PromptMessage = { role: "user", content: wordsOf(turn) };
  const room = contextTokens * (1 - ANSWER_SHARE) - estimateTokens(system ?? "") - estimateTokens(asked.content);
  const inGroup = turn.conversation.type === "group";
  const history = newestExchanges(turn.history, room).map((entry) => ({
    role: entry.role,
    content: inGroup && entry.role === "user" ? named(entry.name, entry.text) : entry.text,
  }));
  return { system, messages: [...history, asked] };
}

/** About a token for four letters of an alphabet, and one for each other character (CJK, emoji). */
export function estimateTokens(text: string): number {
  let letters = 0;
  let others = 0;
  for (const character of text) {
    if (character.charCodeAt(0) < 0x2e80) letters += 1;
    else others += 1;
  }
  return Math.ceil(letters / 4) + others;
}

function newestExchanges(history: readonly TranscriptEntry[], room: number): readonly TranscriptEntry[] {
  let first = history.length;
  let left = room;
  for (let index = history.length - 1; index >= 0; index--) {
    left -= estimateTokens(history[index]?.text ?? "");
    if (left < 0) break;
    if (history[index]?.role === "user") first = index;
  }
  return history.slice(first);
}

function wordsOf({ input, conversation }: Turn): string {
  const files = (input.attachments ?? []).map(({ kind, name }) => `[${kind}${name === undefined ? "" : `: ${name}`}]`);
  const words = [input.text, ...files].filter((part) => part !== "").join("\n");
  return conversation.type === "group" ? named(input.sender.name, words) : words;
}

/** People choose their names: a name of several lines would put words into another's mouth. */
function named(name: string | undefined, text: string): string {
  const oneLine = name?.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  return oneLine ? `${oneLine}: ${text}` : text;
}

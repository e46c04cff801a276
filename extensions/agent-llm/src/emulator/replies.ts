/** What the model was told, in the order it was told. */
export interface Heard {
  readonly model: string;
  readonly system: string;
  readonly messages: readonly { readonly role: string; readonly text: string }[];
}

/** An answer of its own for messages that match. The first rule that fits speaks. */
export interface ReplyRule {
  readonly when: RegExp;
  readonly say: string | ((heard: Heard) => string);
}

/** Says back what it heard, and how much came before: enough to see that words and history arrive. */
export function replyTo(heard: Heard, rules: readonly ReplyRule[]): string {
  const asked = heard.messages.findLast(({ role }) => role === "user")?.text ?? "";
  const rule = rules.find(({ when }) => when.test(asked));
  if (rule !== undefined) return typeof rule.say === "string" ? rule.say : rule.say(heard);
  const before = heard.messages.filter(({ role }) => role === "user").length - 1;
  return before > 0 ? `You said: ${asked} (after ${before} earlier)` : `You said: ${asked}`;
}

/** About as a model streams: a few words at a time. */
export function piecesOf(text: string): readonly string[] {
  return text.match(/\S+\s*|\s+/g) ?? [];
}

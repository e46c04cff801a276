import type { Heard } from "./replies.ts";

/** How one API hears and speaks. Stream parts are ready server-sent events. */
export interface Protocol {
  hear(body: Readonly<Record<string, unknown>>): Heard;
  whole(heard: Heard, text: string): unknown;
  begin(heard: Heard): string;
  piece(heard: Heard, text: string): string;
  end(heard: Heard, text: string): string;
}

/** What is spoken at this path; `undefined` when nothing is. */
export function protocolOf(path: string): Protocol | "models" | undefined {
  if (path.endsWith("/chat/completions")) return openai;
  if (path.endsWith("/messages")) return anthropic;
  return path.endsWith("/models") ? "models" : undefined;
}

const ID = "emulated-1";
const data = (value: unknown) => `data: ${typeof value === "string" ? value : JSON.stringify(value)}\n\n`;
const event = (type: string, rest: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
const usage = (heard: Heard, text: string) => ({
  input: heard.messages.reduce((sum, message) => sum + tokens(message.text), tokens(heard.system)),
  output: tokens(text),
});
const tokens = (text: string) => Math.ceil(text.length / 4);

const openai: Protocol = {
  hear(body) {
    const messages = messagesOf(body);
    return {
      model: String(body["model"]),
      system: textFrom(messages, "system"),
      messages: messages.filter(({ role }) => role !== "system"),
    };
  },
  whole: (heard, text) => ({
    id: ID,
    object: "chat.completion",
    model: heard.model,
    choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: text } }],
    usage: openaiUsage(heard, text),
  }),
  begin: ({ model }) => data(chunk(model, { role: "assistant", content: "" })),
  piece: ({ model }, text) => data(chunk(model, { content: text })),
  end: (heard, text) => {
    const last = { ...chunk(heard.model, {}), choices: [{ index: 0, delta: {}, finish_reason: "stop" }] };
    return data({ ...last, usage: openaiUsage(heard, text) }) + data("[DONE]");
  },
};

function chunk(model: string, delta: object) {
  return { id: ID, object: "chat.completion.chunk", model, choices: [{ index: 0, delta, finish_reason: null }] };
}

function openaiUsage(heard: Heard, text: string) {
  const { input, output } = usage(heard, text);
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

const anthropic: Protocol = {
  hear: (body) => ({ model: String(body["model"]), system: plainText(body["system"]), messages: messagesOf(body) }),
  whole: (heard, text) => ({
    ...message(heard),
    content: [{ type: "text", text }],
    stop_reason: "end_turn",
    usage: anthropicUsage(heard, text),
  }),
  begin: (heard) =>
    event("message_start", {
      message: { ...message(heard), content: [], stop_reason: null, usage: anthropicUsage(heard, "") },
    }) + event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
  piece: (_heard, text) => event("content_block_delta", { index: 0, delta: { type: "text_delta", text } }),
  end: (heard, text) =>
    event("content_block_stop", { index: 0 }) +
    event("message_delta", {
      delta: { stop_reason: "end_turn", stop_sequence: null },
      usage: anthropicUsage(heard, text),
    }) +
    event("message_stop", {}),
};

function message({ model }: Heard) {
  return { id: ID, type: "message", role: "assistant", model, stop_sequence: null };
}

function anthropicUsage(heard: Heard, text: string) {
  const { input, output } = usage(heard, text);
  return { input_tokens: input, output_tokens: output };
}

function messagesOf(body: Readonly<Record<string, unknown>>): { role: string; text: string }[] {
  const messages = Array.isArray(body["messages"]) ? (body["messages"] as { role?: unknown; content?: unknown }[]) : [];
  return messages.map(({ role, content }) => ({ role: String(role), text: plainText(content) }));
}

function textFrom(messages: readonly { role: string; text: string }[], role: string): string {
  return messages
    .filter((one) => one.role === role)
    .map((one) => one.text)
    .join("\n");
}

/** A string, or a list of parts of which the text counts. */
function plainText(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return (content as { type?: unknown; text?: unknown }[])
    .map((part) => (part.type === "text" ? String(part.text) : ""))
    .join("");
}

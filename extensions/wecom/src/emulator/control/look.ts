import type { ControlCommand, ControlInput } from "@loong/emulator-kit";
import type { Parts } from "../parts.ts";
import type { Stage } from "../stage.ts";

/** What there is to see. */
export function lookCommands(stage: Stage, { bots, people, faults }: Parts): readonly ControlCommand[] {
  return [
    {
      route: "GET /state",
      takes: "",
      run: () => ({
        bots: bots.all().map(({ botId }) => stage.bot(botId)),
        users: people.all(),
        chats: stage.chats(),
      }),
    },
    { route: "GET /chats/:chat/messages", takes: "", run: (input) => ({ messages: stage.shows(input.text("chat")) }) },
    {
      route: "GET /chats/:chat/wait",
      takes: "text (part of it)?, from (user, bot or a name)?, after (message id)?, finished (true)?, timeoutMs?",
      run: (input) => waitFor(stage, input),
    },
    { route: "GET /frames", takes: "", run: () => ({ frames: stage.frames() }) },
    { route: "DELETE /frames", takes: "", run: () => stage.clearFrames() },
    { route: "GET /callbacks", takes: "", run: () => ({ callbacks: stage.callbacks() }) },
    {
      route: "GET /connections",
      takes: "bot?",
      run: (input) => ({ connections: stage.connections(input.optional("bot")) }),
    },
    { route: "GET /faults", takes: "", run: () => ({ faults: faults.list() }) },
  ];
}

function waitFor(stage: Stage, input: ControlInput): Promise<unknown> {
  const [part, from, after] = [input.optional("text"), input.optional("from"), input.optional("after")];
  const chat = input.text("chat");
  const isAfter = (messageId: string): boolean => {
    const ids = stage.shows(chat).map((message) => message.messageId);
    return ids.indexOf(messageId) > ids.indexOf(after ?? "");
  };
  const mustBeFinished = input.optional("finished") === "true";
  const timeoutMs = input.optionalNumber("timeoutMs");
  return stage.waitFor(
    chat,
    ({ messageId, text, from: speaker, stream }) =>
      (part === undefined || text.includes(part)) &&
      (from === undefined || speaker.kind === from || speaker.name === from) &&
      (after === undefined || isAfter(messageId)) &&
      (!mustBeFinished || stream?.finished !== false),
    timeoutMs === undefined ? {} : { timeoutMs },
  );
}

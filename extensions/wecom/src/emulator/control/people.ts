import {
  type ControlCommand,
  type ControlInput,
  isRecord,
  type JsonRecord,
  listAt,
  numberAt,
  recordAt,
  stringAt,
} from "@loong/emulator-kit";
import type { RichSaying, Saying } from "../saying.ts";
import type { SayOptions, Stage } from "../stage.ts";
import type { CardClick, MessageTwist } from "../wire/notices.ts";

/** What people and bots' owners do. */
export function peopleCommands(stage: Stage): readonly ControlCommand[] {
  return [
    {
      route: "POST /bots",
      takes: "botId, secret, name",
      run: (input) =>
        stage.addBot({ botId: input.text("botId"), secret: input.text("secret"), name: input.text("name") }),
    },
    {
      route: "POST /users",
      takes: "name, userId?",
      run: (input) => {
        const userId = input.optional("userId");
        return stage.user(input.text("name"), userId === undefined ? {} : { userId });
      },
    },
    {
      route: "POST /direct-chats",
      takes: "user, bot, spoken?",
      run: (input) => stage.directChat(input.text("user"), input.text("bot"), spokenOf(input)),
    },
    {
      route: "POST /groups",
      takes: "name, members[], bots[], chatId?, spoken?",
      run: (input) => {
        const chatId = input.optional("chatId");
        const options = { ...spokenOf(input), ...(chatId === undefined ? {} : { chatId }) };
        return stage.group(input.text("name"), input.list("members"), input.list("bots"), options);
      },
    },
    {
      route: "DELETE /chats/:chat/bots/:bot",
      takes: "",
      run: (input) => stage.removeBot(input.text("chat"), input.text("bot")),
    },
    {
      route: "POST /chats/:chat/messages",
      takes: "from, text | type + text?, base64?, name?, items[]?, content{}?; mentions[]?, quote?, bot?, twist{}?",
      run: (input) => stage.say(input.text("chat"), input.text("from"), sayingOf(input.fields), sayOptions(input)),
    },
    {
      route: "POST /users/:user/enter",
      takes: "bot",
      run: (input) => ({ reqId: stage.enterChat(input.text("user"), input.text("bot")) }),
    },
    {
      route: "POST /messages/:message/click",
      takes: "user, eventKey, taskId?, selected{question: [option ids]}?",
      run: (input) => ({ reqId: stage.clickCard(input.text("user"), input.text("message"), clickOf(input)) }),
    },
    {
      route: "POST /messages/:message/feedback",
      takes: "user, type (1 like, 2 dislike), content?",
      run: (input) => {
        const content = input.optional("content");
        const feedback = { type: input.optionalNumber("type") ?? 1, ...(content === undefined ? {} : { content }) };
        return { reqId: stage.feedback(input.text("user"), input.text("message"), feedback) };
      },
    },
  ];
}

function spokenOf({ fields }: ControlInput): { readonly spoken: boolean } {
  return { spoken: fields["spoken"] === true };
}

function sayingOf(fields: JsonRecord): Saying {
  const [type, text, name, base64] = ["type", "text", "name", "base64"].map((key) => stringAt(fields, key));
  if (type === undefined) return text ?? "";
  const content = recordAt(fields, "content");
  const items = listAt(fields, "items")?.map((item) => (isRecord(item) ? sayingOf(item) : String(item)));
  const saying: RichSaying = {
    type,
    ...(text === undefined ? {} : { text }),
    ...(name === undefined ? {} : { name }),
    ...(base64 === undefined ? {} : { bytes: Buffer.from(base64, "base64") }),
    ...(content === undefined ? {} : { content }),
    ...(items === undefined ? {} : { items }),
  };
  return saying;
}

function sayOptions(input: ControlInput): SayOptions {
  const [quote, bot] = [input.optional("quote"), input.optional("bot")];
  const twist = recordAt(input.fields, "twist") as MessageTwist | undefined;
  return {
    mentions: input.list("mentions"),
    ...(quote === undefined ? {} : { quote }),
    ...(bot === undefined ? {} : { bot }),
    ...(twist === undefined ? {} : { twist }),
  };
}

function clickOf(input: ControlInput): CardClick {
  const taskId = input.optional("taskId") ?? numberAt(input.fields, "taskId")?.toString();
  const selected = recordAt(input.fields, "selected") as CardClick["selected"];
  return {
    eventKey: input.text("eventKey"),
    ...(taskId === undefined ? {} : { taskId }),
    ...(selected === undefined ? {} : { selected }),
  };
}

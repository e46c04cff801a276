import { createBotApi } from "./bot-api.ts";
import { controlAnswer } from "./control.ts";
import { createDelivery, type Delivery } from "./delivery.ts";
import { createFaults, type Fault } from "./faults.ts";
import { ADA, BOT, createPlatform, DIRECT, GROUP, type Message } from "./platform.ts";
import { type Answer, type Call, type ListenOptions, startServer } from "./server.ts";

export interface SayOptions {
  /** In private unless told. */
  readonly in?: "direct" | "group";
  readonly mention?: boolean;
  /** Ada speaks unless told. */
  readonly as?: "person" | "bot";
}

/** Acme Chat with two rooms, Ada and one bot. */
export interface Emulator {
  readonly url: string;
  /** The one it accepts. */
  readonly token: string;
  readonly delivery: Delivery;
  /** Somebody speaks, and the bot is told. */
  say(text: string, options?: SayOptions): Message;
  /** Tells the bot once more, as after an acknowledgement that was lost. */
  redeliver(messageId: string): void;
  /** Everything that was said, oldest first. */
  messages(): readonly Message[];
  /** What the next message of the bot meets. */
  failNext(fault: Fault): void;
  /** A second call does nothing. */
  close(): Promise<void>;
}

export interface EmulatorOptions extends ListenOptions {
  readonly token?: string;
}

export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { token = "emulator-token" } = options;
  const platform = createPlatform();
  const faults = createFaults();
  const delivery = createDelivery(token);
  const botApi = createBotApi(platform, faults);

  function say(text: string, { in: where = "direct", mention = false, as = "person" }: SayOptions = {}): Message {
    const room = where === "direct" ? DIRECT : GROUP;
    const sender = as === "bot" ? BOT : ADA;
    const message = platform.add({ room, sender, text: mention ? `<@${BOT.id}> ${text}` : text });
    delivery.deliver(message);
    return message;
  }

  async function answer(call: Call): Promise<Answer> {
    if (call.path.startsWith("/_emulator/")) return controlAnswer(call, { say, messages: () => platform.messages });
    if (call.headers.authorization !== `Bearer ${token}`) return { status: 401 };
    return botApi(call) ?? (await delivery.answer(call)) ?? { status: 404 };
  }

  const { url, server, close } = await startServer(options, answer);
  delivery.attach(server);
  return {
    url,
    token,
    delivery,
    say,
    redeliver(messageId) {
      const message = platform.messages.find(({ id }) => id === messageId);
      if (message !== undefined) delivery.deliver(message);
    },
    messages: () => platform.messages,
    failNext: (fault) => faults.add(fault),
    async close() {
      delivery.close();
      await close();
    },
  };
}

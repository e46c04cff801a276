import { createBotApi } from "./bot-api.ts";
import { createFaults, type Fault } from "./faults.ts";
import { createPlatform, type Message } from "./platform.ts";
import { type Answer, type Call, type ListenOptions, startServer } from "./server.ts";

/** Acme Chat with two rooms and one bot. */
export interface Emulator {
  readonly url: string;
  /** The one it accepts. */
  readonly token: string;
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
  const botApi = createBotApi(platform, faults);

  function answer(call: Call): Answer {
    if (call.path === "/_emulator/messages") return { status: 200, body: platform.messages };
    if (call.headers.authorization !== `Bearer ${token}`) return { status: 401 };
    return botApi(call) ?? { status: 404 };
  }

  const { url, close } = await startServer(options, answer);
  return { url, token, messages: () => platform.messages, failNext: (fault) => faults.add(fault), close };
}

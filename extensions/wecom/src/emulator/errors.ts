import { defineErrors } from "@loong/sdk";

/** What the people who drive an emulator can get wrong. Answers of the emulated platform are never errors here. */
export const emulatorErrors = defineErrors({
  WECOM_EMULATOR_PORT: {
    message: (address: string) => `The emulator cannot listen on ${address}.`,
    hint: "Choose another one with `--port`, or leave it out for a free one.",
  },
  WECOM_EMULATOR_NOT_FOUND: {
    message: (kind: string, name: string) => `The emulator has no ${kind} "${name}".`,
    hint: "GET /_emulator/state lists the bots, users and chats there are.",
  },
  WECOM_EMULATOR_REQUEST: {
    message: (what: string) => `The control request is wrong: ${what}.`,
    hint: "GET /_emulator/ lists the routes and what each takes.",
  },
  WECOM_EMULATOR_NOT_SUBSCRIBED: {
    message: (botId: string) => `Nobody is subscribed as bot ${botId}.`,
    hint: "Connect a client first, or see GET /_emulator/connections.",
  },
  WECOM_EMULATOR_TIMEOUT: {
    message: (what: string, timeoutMs: number) => `Waited ${timeoutMs} ms for ${what}.`,
    hint: "See what the bot did with frames(), or GET /_emulator/frames.",
  },
});

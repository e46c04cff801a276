import { defineErrors } from "@loong/sdk";

/** What the people who drive an emulator can get wrong. Answers of the emulated platform are never errors here. */
export const emulatorErrors = defineErrors({
  TELEGRAM_EMULATOR_PORT: {
    message: (address: string) => `The emulator cannot listen on ${address}.`,
    hint: "Choose another one with `--port`, or leave it out for a free one.",
  },
  TELEGRAM_EMULATOR_TOKEN: {
    message: (what: string) => `A bot of the emulator cannot be made: ${what}.`,
    hint: "Give every bot its own token, written as <digits>:<letters>, and its own username.",
  },
  TELEGRAM_EMULATOR_NOT_FOUND: {
    message: (kind: string, name: string) => `The emulator has no ${kind} "${name}".`,
    hint: "GET /_emulator/state lists the bots, users and chats there are.",
  },
  TELEGRAM_EMULATOR_REQUEST: {
    message: (what: string) => `The control request is wrong: ${what}.`,
    hint: "GET /_emulator/ lists the routes and what each takes.",
  },
  TELEGRAM_EMULATOR_TIMEOUT: {
    message: (what: string, timeoutMs: number) => `Waited ${timeoutMs} ms for ${what}.`,
    hint: "See what the bot did with requests() and updates(), or GET /_emulator/requests and /_emulator/bots/<bot>/updates.",
  },
});

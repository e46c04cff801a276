import { defineErrors } from "@loong/sdk";

/** What the people who drive an emulator can get wrong. Answers of the emulated receivers are never errors here. */
export const emulatorErrors = defineErrors({
  WEBHOOK_EMULATOR_PORT: {
    message: (address: string) => `The emulator cannot listen on ${address}.`,
    hint: "Choose another one with `--port`, or leave it out for a free one.",
  },
  WEBHOOK_EMULATOR_REQUEST: {
    message: (what: string) => `The control request is wrong: ${what}.`,
    hint: "GET /_emulator/ lists the routes and what each takes.",
  },
});

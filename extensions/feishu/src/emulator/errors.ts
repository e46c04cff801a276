import { defineErrors } from "@loong/sdk";

/** What the people who drive an emulator can get wrong. Answers of the emulated platform are never errors here. */
export const emulatorErrors = defineErrors({
  FEISHU_EMULATOR_PORT: {
    message: (address: string) => `The emulator cannot listen on ${address}.`,
    hint: "Choose another one with `--port`, or leave it out for a free one.",
  },
  FEISHU_EMULATOR_NOT_FOUND: {
    message: (kind: string, name: string) => `The emulator has no ${kind} "${name}".`,
    hint: "GET /_emulator/state lists the apps, users and chats there are.",
  },
  FEISHU_EMULATOR_REQUEST: {
    message: (what: string) => `The control request is wrong: ${what}.`,
    hint: "GET /_emulator/ lists the routes and what each takes.",
  },
  FEISHU_EMULATOR_NO_WEBHOOK: {
    message: (appId: string) => `App ${appId} has no webhook address.`,
    hint: "Call pushTo(appId, url) first, or POST /_emulator/apps/<app id>/webhook.",
  },
  FEISHU_EMULATOR_TIMEOUT: {
    message: (what: string, timeoutMs: number) => `Waited ${timeoutMs} ms for ${what}.`,
    hint: "See what the app did with requests() and deliveries(), or GET /_emulator/requests and /_emulator/deliveries.",
  },
});

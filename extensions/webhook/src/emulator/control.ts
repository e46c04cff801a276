import type { ServerResponse } from "node:http";
import {
  type ControlCommand,
  createControl as controlOver,
  type JsonRecord,
  reply,
  stringAt,
} from "@loong/emulator-kit";
import { isLoongError } from "@loong/sdk";
import type { HookHandle, WebhookEmulator } from "./emulator.ts";
import { emulatorErrors } from "./errors.ts";
import type { Fault } from "./faults.ts";
import { HOOK_KINDS, type HookKind, type HookOptions } from "./hooks.ts";
import type { Call } from "./receivers/receiver.ts";

/**
 * The control API: everything the JavaScript API can do, for tests and demos in other processes. It is meant for this
 * machine only and has no password.
 */
export function createControl(emulator: WebhookEmulator): (call: Call, response: ServerResponse) => Promise<void> {
  const control = controlOver(commandsOf(emulator), {
    missing: (name) => emulatorErrors.WEBHOOK_EMULATOR_REQUEST([`"${name}" is missing`]),
    statusOf: (error) => (isLoongError(error) ? 400 : undefined),
  });
  return async (call, response) => reply(response, await control(call));
}

function commandsOf(emulator: WebhookEmulator): readonly ControlCommand[] {
  return [
    {
      route: "POST /hooks",
      takes: `kind (${HOOK_KINDS.join(", ")}), secret?, keywords[]?, authToken?`,
      run: ({ fields }) => view(emulator.hook(kindOf(fields), optionsOf(fields))),
    },
    { route: "GET /hooks", takes: "", run: () => ({ hooks: emulator.hooks().map(view) }) },
    {
      route: "GET /messages",
      takes: "url? (of one hook)",
      run: ({ fields: { url } }) => ({
        messages: emulator
          .hooks()
          .filter((hook) => url === undefined || hook.url === url)
          .flatMap((hook) => hook.shows()),
      }),
    },
    { route: "GET /requests", takes: "", run: () => ({ requests: emulator.requests() }) },
    {
      route: "POST /faults",
      takes: "kind?, nth?, times?, probability?, action",
      run: ({ fields }) => ({ id: emulator.inject(faultOf(fields)) }),
    },
    { route: "DELETE /faults", takes: "", run: () => emulator.clearFaults() },
    { route: "POST /advance", takes: "ms", run: (input) => emulator.advance(input.number("ms")) },
  ];
}

function view({ kind, url }: HookHandle): object {
  return { kind, url };
}

function kindOf(fields: JsonRecord): HookKind {
  const kind = HOOK_KINDS.find((one) => one === fields["kind"]);
  if (kind === undefined)
    throw emulatorErrors.WEBHOOK_EMULATOR_REQUEST([`kind must be one of ${HOOK_KINDS.join(", ")}`]);
  return kind;
}

function optionsOf(fields: JsonRecord): HookOptions {
  const [secret, authToken] = [stringAt(fields, "secret"), stringAt(fields, "authToken")];
  const keywords = Array.isArray(fields["keywords"]) ? fields["keywords"].map(String) : undefined;
  return {
    ...(secret === undefined ? {} : { secret }),
    ...(authToken === undefined ? {} : { authToken }),
    ...(keywords === undefined ? {} : { keywords }),
  };
}

/** Far from a full check: whoever injects a fault wants trouble anyway. */
function faultOf(fields: JsonRecord): Fault {
  if (fields["action"] === undefined) throw emulatorErrors.WEBHOOK_EMULATOR_REQUEST(["a fault needs an action"]);
  return fields as unknown as Fault;
}

import { type ControlCommand, type ControlInput, type JsonRecord, recordAt } from "@loong/emulator-kit";
import { emulatorErrors } from "../errors.ts";
import type { Fault } from "../faults.ts";
import type { Stage } from "../stage.ts";
import type { DropMode } from "../wire/connections.ts";

/** What goes wrong, on purpose. */
export function troubleCommands(stage: Stage): readonly ControlCommand[] {
  return [
    { route: "POST /faults", takes: "a fault", run: (input) => ({ id: stage.inject(faultOf(input.fields)) }) },
    { route: "DELETE /faults", takes: "", run: () => stage.clearFaults() },
    { route: "DELETE /faults/:fault", takes: "", run: (input) => stage.removeFault(input.text("fault")) },
    {
      route: "POST /callbacks/:msgid/redeliver",
      takes: "",
      run: (input) => ({ reqId: stage.redeliver(input.text("msgid")) }),
    },
    {
      route: "POST /bots/:bot/frames",
      takes: "cmd, body{}?, reqId? | raw (text as it is) | rawBase64 (a binary frame)",
      run: (input) => emit(stage, input),
    },
    {
      route: "POST /bots/:bot/kick",
      takes: "stays?, closeAfterMs? (a number or never)",
      run: (input) => {
        const closeAfterMs =
          input.optional("closeAfterMs") === "never" ? "never" : input.optionalNumber("closeAfterMs");
        stage.kick(input.text("bot"), {
          stays: input.fields["stays"] !== false,
          ...(closeAfterMs === undefined ? {} : { closeAfterMs }),
        });
      },
    },
    {
      route: "POST /bots/:bot/rotate-secret",
      takes: "secret",
      run: (input) => stage.rotateSecret(input.text("bot"), input.text("secret")),
    },
    {
      route: "POST /connections/drop",
      takes: "mode? (close, reset, half-open), closeCode?, bot?",
      run: (input) => {
        const [bot, closeCode] = [input.optional("bot"), input.optionalNumber("closeCode")];
        const options = { ...(bot === undefined ? {} : { bot }), ...(closeCode === undefined ? {} : { closeCode }) };
        return { dropped: stage.dropConnections({ mode: modeOf(input), ...options }) };
      },
    },
    { route: "POST /expire-streams", takes: "", run: () => stage.expireStreams() },
    { route: "POST /advance", takes: "ms", run: (input) => stage.advance(input.optionalNumber("ms") ?? 0) },
  ];
}

function emit(stage: Stage, input: ControlInput): object {
  const bot = input.text("bot");
  const [raw, rawBase64, reqId] = [input.optional("raw"), input.optional("rawBase64"), input.optional("reqId")];
  if (raw !== undefined) stage.emitRaw(bot, raw);
  if (rawBase64 !== undefined) stage.emitRaw(bot, Buffer.from(rawBase64, "base64"));
  if (raw !== undefined || rawBase64 !== undefined) return {};
  const options = reqId === undefined ? {} : { reqId };
  return { reqId: stage.emit(bot, input.text("cmd"), recordAt(input.fields, "body"), options) };
}

const OTHER_FAULTS = new Set<unknown>(["subscribe", "upgrade", "ping", "media", "callback"]);

/** Far from a full check: whoever injects a fault wants trouble anyway. */
function faultOf(fields: JsonRecord): Fault {
  const isFrame = typeof fields["cmd"] === "string";
  if (fields["action"] === undefined || (!isFrame && !OTHER_FAULTS.has(fields["on"]))) {
    const names = [...OTHER_FAULTS].join(", ");
    throw emulatorErrors.WECOM_EMULATOR_REQUEST([`a fault needs an action, and a cmd or on: ${names}`]);
  }
  return fields as unknown as Fault;
}

function modeOf(input: ControlInput): DropMode {
  const mode = input.optional("mode") ?? "close";
  if (mode === "close" || mode === "reset" || mode === "half-open") return mode;
  throw emulatorErrors.WECOM_EMULATOR_REQUEST(["mode must be close, reset or half-open"]);
}

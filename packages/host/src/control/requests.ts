import { ChatRequest, PairingDecision, PluginsReload, ProbeRequest, SendRequest } from "@loong/api";
import { type TSchema, Type } from "typebox";
import { Compile } from "typebox/compile";
import { hostErrors } from "../errors.ts";
import type { CallName } from "@loong/api/routes";

const Nothing = Type.Object({});
const MessageChoice = Type.Object({ id: Type.String({ minLength: 1 }) });
const MessageQuery = Type.Object({
  box: Type.Optional(Type.Union([Type.Literal("inbox"), Type.Literal("outbox")])),
  states: Type.Optional(Type.Array(Type.String())),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
});

const schemas: Record<CallName, TSchema> = {
  status: Nothing,
  probe: ProbeRequest,
  send: SendRequest,
  stop: Nothing,
  restart: Nothing,
  resume: Nothing,
  chat: ChatRequest,
  pairings: Nothing,
  pairingApprove: PairingDecision,
  pairingReject: PairingDecision,
  pairingRevoke: PairingDecision,
  pluginsReload: PluginsReload,
  messages: MessageQuery,
  messageRetry: MessageChoice,
  messageDrop: MessageChoice,
};

/** @throws CONTROL_REQUEST_INVALID with the path of what is wrong, never its value. */
export type CheckRequest = (call: CallName, request: unknown) => void;

/** Compiles every schema once; a gateway does it when it starts to serve. */
export function compileRequestChecks(): CheckRequest {
  const validators = new Map(Object.entries(schemas).map(([call, schema]) => [call, Compile(schema)]));
  return (call, request) => {
    const validator = validators.get(call);
    if (validator === undefined || validator.Check(request)) return;
    const [first] = validator.Errors(request);
    throw hostErrors.CONTROL_REQUEST_INVALID([
      call,
      first === undefined ? "wrong shape" : `${first.instancePath || "/"} ${first.message}`,
    ]);
  };
}

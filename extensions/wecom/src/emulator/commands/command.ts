import type { JsonRecord } from "@loong/emulator-kit";
import type { Bot } from "../state/bots.ts";
import type { Answer } from "../wire/answer.ts";
import type { Connection } from "../wire/connections.ts";

/** A frame that a subscribed client sent. */
export interface Call {
  readonly cmd: string;
  readonly reqId: string;
  readonly body: JsonRecord;
  readonly connection: Connection;
  readonly bot: Bot;
}

type Handler = (call: Call) => Answer;

/** By command. */
export type Handlers = Readonly<Record<string, Handler>>;

import { type Static, Type } from "typebox";
import { AccountReport } from "./control.ts";
import { GatewayStatus, QueueStatus } from "./status.ts";

/** Whether answers come from another agent process over the Agent Client Protocol. */
export const AcpStatus = Type.Object({
  enabled: Type.Boolean(),
  availability: Type.Union([Type.Literal("available"), Type.Literal("unavailable"), Type.Literal("disabled")]),
});
export type AcpStatus = Static<typeof AcpStatus>;

/** Work that outlives the process: messages to be answered, and answers to be delivered. */
export const WorkUnits = Type.Object({
  /** The running gateway; the journal of the last one; `none` when there is no journal, or none that can be read. */
  source: Type.Union([Type.Literal("gateway"), Type.Literal("journal"), Type.Literal("none")]),
  /** Neither ended nor given up. */
  open: Type.Number(),
  /** Ended without reaching anybody: `loong messages` lists them. */
  failed: Type.Number(),
  /** Messages that came in, by state: new, running, done, denied, dead. */
  turns: Type.Record(Type.String(), Type.Number()),
  /** Parts of answers, by state: pending, sending, sent, unknown, dead, rejected. */
  deliveries: Type.Record(Type.String(), Type.Number()),
});
export type WorkUnits = Static<typeof WorkUnits>;

/** `loong status --json`: everything at a glance. Absent facts are `null`, so a script can rely on every key. */
export const Overview = Type.Object({
  schema: Type.Object({ version: Type.Literal(1), surface: Type.Literal("status") }),
  version: Type.String(),
  config: Type.Object({
    path: Type.String(),
    exists: Type.Boolean(),
    errors: Type.Number(),
    warnings: Type.Number(),
  }),
  gateway: GatewayStatus,
  channels: Type.Array(AccountReport),
  /** Of the running gateway; `null` when none runs. */
  queues: Type.Union([QueueStatus, Type.Null()]),
  agent: Type.Object({ use: Type.String(), installed: Type.Boolean() }),
  acp: AcpStatus,
  workUnits: WorkUnits,
  /** Most pressing first. */
  nextActions: Type.Array(Type.Object({ label: Type.String(), command: Type.String() })),
});
export type Overview = Static<typeof Overview>;

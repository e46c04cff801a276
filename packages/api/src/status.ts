import { type Static, Type } from "typebox";

/** Where the connection of one account stands. One truth behind `status`, `/healthz` and `/readyz`. */
export const AccountState = Type.Union([
  Type.Literal("STARTING"),
  Type.Literal("CONNECTING"),
  Type.Literal("CONNECTED"),
  Type.Literal("TRANSIENT_DISCONNECT"),
  Type.Literal("BAD_CREDENTIALS"),
  Type.Literal("CONFLICT"),
  Type.Literal("UNKNOWN_ERROR"),
  Type.Literal("STOPPED"),
]);
export type AccountState = Static<typeof AccountState>;

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

/** One account that the gateway serves, or would serve if it could. Times are milliseconds since 1970. */
export const Surface = Type.Object({
  channel: Type.String(),
  account: Type.String(),
  label: Type.String(),
  state: AccountState,
  sinceMs: Type.Number(),
  reason: Nullable(Type.String()),
  nextAttemptAtMs: Nullable(Type.Number()),
  /** What an operator can do about it. */
  hint: Nullable(Type.String()),
  /** `"websocket"`, `"webhook /acme/events"`, `"webhook https://bots.example.com/acme/events"`: how events arrive. */
  transport: Nullable(Type.String()),
  lastEventAtMs: Nullable(Type.Number()),
  received: Type.Number(),
  refused: Type.Record(Type.String(), Type.Number()),
});
export type Surface = Static<typeof Surface>;

export const QueueStatus = Type.Object({
  inbox: Type.Record(Type.String(), Type.Number()),
  outbox: Type.Record(Type.String(), Type.Number()),
  runningTurns: Type.Number(),
  lanes: Type.Number(),
});
export type QueueStatus = Static<typeof QueueStatus>;

export const PluginStatus = Type.Object({
  id: Type.String(),
  kind: Type.Union([Type.Literal("channel"), Type.Literal("agent")]),
  packageName: Type.String(),
  version: Type.String(),
  source: Type.Union([
    Type.Literal("workspace"),
    Type.Literal("installed"),
    Type.Literal("bundled"),
    Type.Literal("path"),
  ]),
  directory: Type.String(),
  state: Type.Union([
    Type.Literal("available"),
    Type.Literal("loaded"),
    Type.Literal("disabled"),
    Type.Literal("failed"),
  ]),
  error: Nullable(Type.Object({ code: Type.String(), message: Type.String(), hint: Type.Optional(Type.String()) })),
  /** Where its code runs; absent when it cannot. */
  isolation: Type.Optional(Type.Union([Type.Literal("inline"), Type.Literal("process")])),
  /** Of its own process, while there is one. */
  pid: Type.Optional(Type.Number()),
});
export type PluginStatus = Static<typeof PluginStatus>;

/** `loong gateway status --json`. Absent facts are `null`, so a script can rely on every key. */
export const GatewayStatus = Type.Object({
  phase: Type.Union([
    Type.Literal("starting"),
    Type.Literal("running"),
    Type.Literal("stopping"),
    Type.Literal("stopped"),
    Type.Literal("failed"),
  ]),
  running: Type.Boolean(),
  ready: Type.Boolean(),
  /** Why a gateway that runs serves nobody, and what to do; `null` when it serves. */
  safeMode: Nullable(Type.Object({ reason: Type.String(), hint: Type.String() })),
  pid: Nullable(Type.Number()),
  mode: Nullable(Type.Union([Type.Literal("headless"), Type.Literal("attached")])),
  session: Nullable(Type.String()),
  version: Nullable(Type.String()),
  configPath: Nullable(Type.String()),
  stateDir: Type.String(),
  logFile: Nullable(Type.String()),
  startedAtMs: Nullable(Type.Number()),
  stoppedAtMs: Nullable(Type.Number()),
  shutdownReason: Nullable(Type.String()),
  lastError: Nullable(Type.String()),
  address: Nullable(Type.String()),
  port: Nullable(Type.Number()),
  socketPath: Nullable(Type.String()),
  configuredSurfaceCount: Type.Number(),
  runningSurfaceCount: Type.Number(),
  surfaces: Type.Array(Surface),
  queues: Nullable(QueueStatus),
  plugins: Type.Array(PluginStatus),
});
export type GatewayStatus = Static<typeof GatewayStatus>;

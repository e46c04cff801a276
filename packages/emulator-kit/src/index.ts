export {
  createShiftableClock,
  createStillClock,
  type EmulatorClock,
  type EmulatorTimer,
  type ShiftableClock,
  systemClock,
} from "./clock.ts";
export type { EmulatorCommand } from "./command.ts";
export { type ControlAnswer, type ControlCommand, type ControlRequest, createControl, reply } from "./control.ts";
export type { ControlInput } from "./control-input.ts";
export { createFaultTable, type FaultScope, type FaultTable } from "./fault-table.ts";
export { isRecord, type JsonRecord, listAt, numberAt, parseJson, recordAt, stringAt } from "./json.ts";
export { listen } from "./listen.ts";

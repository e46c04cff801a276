export { type BackupReport, createBackup } from "./create.ts";
export { restoreBackup, type RestoreReport } from "./restore.ts";

import { defineErrors } from "@loong/sdk";

/** Why nothing was copied, or nothing was put back. */
export const backupErrors = defineErrors({
  BACKUP_NOTHING_THERE: {
    message: (file: string) => `There is nothing to back up: ${file} is not there yet.`,
    hint: "A gateway makes it when it first runs (`loong gateway run`). `LOONG_HOME` names another state directory.",
  },
  BACKUP_FOLDER: {
    message: (directory: string, reason: string) => `The folder ${directory} cannot be made: ${reason}.`,
    hint: "Name a place that this user can write: `loong backup create --output PATH`.",
  },
  BACKUP_FILE_MISSING: {
    message: (file: string) => `There is no backup ${file}.`,
    hint: "Name a file that `loong backup create` wrote; without --output they lie in `backups` of the state directory.",
  },
  BACKUP_GATEWAY_RUNS: {
    message: (pid: number | undefined) =>
      `A gateway runs${pid === undefined ? "" : ` as process ${pid}`}, and would write over what is put back.`,
    hint: "Stop it with `loong gateway stop`, restore, and start it again.",
  },
});

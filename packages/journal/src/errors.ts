import { defineErrors } from "@loong/sdk";

/** Every code a journal rejects with. */
export const journalErrors = defineErrors({
  JOURNAL_CLOSED: {
    message: "The journal is closed, or another process has opened it since.",
    hint: "Start the gateway again with `loong gateway run`.",
  },
  JOURNAL_NOT_FOUND: {
    message: (what: string) => `The journal has no ${what}.`,
    hint: "`loong messages list` shows the messages it has.",
  },
  JOURNAL_STATE: {
    message: (what: string, from: string, to: string) => `${what} is ${from} and cannot become ${to}.`,
    hint: "`loong messages list` shows the state of every message.",
  },
  JOURNAL_BODY_GONE: {
    message: (what: string) => `The text of ${what} is no longer kept, so it cannot be tried again.`,
    hint: "Say it anew with `loong message send`.",
  },
  JOURNAL_DUPLICATE_PART: {
    message: (id: string) => `The journal already has a message with the id ${id}.`,
    hint: "`loong messages list` shows it.",
  },
  JOURNAL_INVALID: {
    message: (reason: string) => `The journal cannot store this: ${reason}.`,
    hint: "What a plugin handed over breaks the contract; `loong logs` names the channel. Install another version of its plugin.",
  },
  JOURNAL_FULL: {
    message: (file: string) => `There is no space left for ${file}. Nothing was stored.`,
    hint: "Free some space on that disk; the gateway goes on by itself. `loong doctor` shows what takes the space.",
  },
  JOURNAL_LOCKED: {
    message: (file: string) => `Another program holds ${file} locked. Nothing was stored.`,
    hint: "End the program that has it open. `loong gateway status` names the gateway that owns it.",
  },
  JOURNAL_IO: {
    message: (file: string, reason: string) => `Reading or writing ${file} failed: ${reason}.`,
    hint: "Check the disk and the file's permissions, then run `loong doctor`.",
  },
  JOURNAL_CORRUPT: {
    message: (file: string, reason: string) => `${file} is damaged: ${reason}.`,
    hint: "Put your last copy in its place with `loong backup restore <file>`, or move the file away and begin with an empty journal by `loong gateway run`.",
  },
  JOURNAL_FOREIGN_FILE: {
    message: (file: string) => `${file} is not a journal of Loong. It was left as it is.`,
    hint: "Move it away, put a copy in its place with `loong backup restore <file>`, or set LOONG_HOME to another folder.",
  },
  JOURNAL_NEWER_VERSION: {
    message: (file: string, found: number, known: number) =>
      `${file} has version ${found}; this Loong knows versions up to ${known}. It was left as it is.`,
    hint: "Update Loong (`npm install -g @loong/cli@latest`), or set LOONG_HOME to another folder.",
  },
  JOURNAL_OLDER_VERSION: {
    message: (file: string, found: number, known: number) =>
      `${file} has version ${found}, which this Loong (version ${known}) has not brought up to date yet.`,
    hint: "Start the gateway once with `loong gateway run`: it does that, and can then be asked.",
  },
  JOURNAL_LOG_MISSING: {
    message: (file: string, openedAt: string) =>
      `${file}-wal was removed after a crash: what was stored since ${openedAt} may be lost.`,
    hint: "Never delete or copy the journal without its -wal file. `loong messages list` shows what it still knows.",
  },
  JOURNAL_BACKUP_EXISTS: {
    message: (target: string) => `${target} exists already.`,
    hint: "Give the backup another target.",
  },
});

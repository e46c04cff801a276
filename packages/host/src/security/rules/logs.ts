import { tailOf } from "../file-facts.ts";
import { logFilesIn } from "../log-files.ts";
import type { Rule } from "../rule.ts";

const LOG_TAIL_BYTES = 4 * 1024 * 1024;
const TELLING_CHARACTERS = 8;

/** What is written down. */
export const logRules: readonly Rule[] = [
  {
    id: "logs.level-debug",
    severity: "info",
    title: "The log says everything",
    why: "At level debug it holds much of what people and platforms say; whoever gets the log gets that.",
    mend: () => "When the search is over: `loong config set log.level info`.",
    find: ({ config }) => (config.log.level === "debug" ? [{ key: "log.level", found: "log.level is debug." }] : []),
  },
  {
    id: "logs.secret-inside",
    severity: "critical",
    title: "A secret stands in a log",
    why: "Logs are shown to helpers and kept for long.",
    mend: ({ file, key }) => `Remove ${file}, and have the secret changed where it was issued (${key}).`,
    find: ({ paths, secrets }) => {
      const telling = secrets.filter(({ value }) => value.length >= TELLING_CHARACTERS);
      return logFilesIn(paths.logsDir).flatMap((file) => {
        const text = tailOf(file, LOG_TAIL_BYTES);
        return telling
          .filter(({ value }) => text.includes(value))
          .map(({ path }) => ({ key: path, file, found: `${file} holds the secret ${path}.` }));
      });
    },
  },
];

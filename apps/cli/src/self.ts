/** This process, for what starts the same command again. */
export interface Self {
  /** Program, its flags, the script: the words before `gateway run`. All paths absolute. */
  readonly command: readonly [string, ...string[]];
  readonly platform: NodeJS.Platform;
  readonly userId: number;
  /** Starts the whole command line anew in the place of this process, with its id and its terminal. Absent where the system cannot. */
  readonly startAgain?: () => never;
}

export function readSelf(process: NodeJS.Process): Self {
  const { execPath, execArgv, argv, platform } = process;
  const [, script = "", ...words] = argv;
  const command = [execPath, ...execArgv, script] as const;
  const { execve } = process;
  return {
    command,
    platform,
    userId: process.getuid?.() ?? 0,
    ...(execve === undefined ? {} : { startAgain: () => execve(execPath, [...command, ...words], process.env) }),
  };
}

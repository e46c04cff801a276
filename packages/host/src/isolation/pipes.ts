/** Where the pipes between a gateway and a plugin's process are among the files of the process. */
export const PIPES = { toPlugin: 3, fromPlugin: 4 } as const;

/** Words that steer the conversation instead of being said in it. */
export type Command = "reset" | "stop";

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ["/new", "reset"],
  ["/reset", "reset"],
  ["/stop", "stop"],
]);

/** The command a message consists of, if it is one. */
export function commandOf(text: string): Command | undefined {
  return COMMANDS.get(text.trim().toLowerCase());
}

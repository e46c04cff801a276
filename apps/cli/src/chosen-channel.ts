import { cliErrors } from "./errors.ts";

/**
 * The channel that was named as a word or with `--channel`.
 * @throws CLI_CHANNEL_MISSING, CLI_CHANNEL_TWICE
 */
export function chosenChannel(word: string | undefined, flag: string | undefined): string {
  if (word !== undefined && flag !== undefined && word !== flag) throw cliErrors.CLI_CHANNEL_TWICE([word, flag]);
  const channel = word ?? flag;
  if (channel === undefined) throw cliErrors.CLI_CHANNEL_MISSING([]);
  return channel;
}

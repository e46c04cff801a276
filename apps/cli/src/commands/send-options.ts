import type { Command } from "commander";
import { parseName } from "../program/verb.ts";

/** What a message is made of, beside its text. */
export function addContentOptions(command: Command): Command {
  return command
    .option("--markdown", "the text is markdown")
    .option("--card <json>", "a card in the platform's own JSON, or @file; the text is shown where cards are not")
    .option("--image <path>", "an image file")
    .option("--file <path>", "any file")
    .option("--thread <id>", "a thread of the conversation", parseName);
}

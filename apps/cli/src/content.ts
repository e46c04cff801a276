import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { getSystemErrorMessage } from "node:util";
import type { SendRequest } from "@loong/api";
import { cliErrors } from "./errors.ts";

/** The flags that say what a message is made of. */
export interface ContentOptions {
  readonly markdown?: boolean;
  readonly card?: string;
  readonly image?: string;
  readonly file?: string;
}

export type Content = SendRequest["content"];

/**
 * One message out of the flags.
 *
 * @param textFlag - How the text flag is called here: `--text` or `--message`.
 * @throws CLI_CONTENT_MISSING, CLI_CONTENT_CONFLICT, CLI_CARD_INVALID, CLI_FILE_UNREADABLE
 */
export async function readContent(
  text: string | undefined,
  textFlag: string,
  options: ContentOptions,
): Promise<Content> {
  const { card, image, file } = options;
  const bodies = Object.entries({ "--card": card, "--image": image, "--file": file }).filter(
    ([, value]) => value !== undefined,
  );
  const clash =
    card === undefined && text !== undefined
      ? [textFlag, ...bodies.map(([flag]) => flag)]
      : bodies.map(([flag]) => flag);
  if (clash[0] !== undefined && clash[1] !== undefined) throw cliErrors.CLI_CONTENT_CONFLICT([clash[0], clash[1]]);
  if (card !== undefined) return { type: "card", card: await readCard(card), fallbackText: text ?? "" };
  if (image !== undefined) return { type: "image", file: { path: resolve(image) } };
  if (file !== undefined) return { type: "file", file: { path: resolve(file) } };
  if (text === undefined || text.trim() === "") throw cliErrors.CLI_CONTENT_MISSING([textFlag]);
  return options.markdown === true ? { type: "markdown", markdown: text } : { type: "text", text };
}

async function readCard(given: string): Promise<unknown> {
  const json = await readArgument(given);
  try {
    return JSON.parse(json) as unknown;
  } catch (error) {
    throw cliErrors.CLI_CARD_INVALID([(error as SyntaxError).message], { cause: error });
  }
}

/** The text itself, or with `@path` what the file holds. @throws CLI_FILE_UNREADABLE */
export async function readArgument(given: string): Promise<string> {
  if (!given.startsWith("@")) return given;
  const path = resolve(given.slice(1));
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { errno, message } = error as NodeJS.ErrnoException;
    const fault = errno === undefined ? message : getSystemErrorMessage(errno);
    throw cliErrors.CLI_FILE_UNREADABLE([path, fault], { cause: error });
  }
}

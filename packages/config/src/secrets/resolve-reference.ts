import { configErrors } from "../errors.ts";
import { absolutePath } from "../paths.ts";
import type { Env } from "../types.ts";
import { readSecretFile } from "./file.ts";
import type { Reference } from "./reference.ts";

/** What references are resolved against. */
export interface Surroundings {
  readonly env: Env;
  /** Folder of the config file: where relative paths start and commands run. */
  readonly directory: string;
}

/**
 * The text that a reference stands for, now.
 *
 * @param path - The key, for the error: `"channels.chat.appSecret"`.
 * @throws CONFIG_ENV_UNSET, CONFIG_SECRET_FILE or CONFIG_SECRET_EXEC. None of them holds the text.
 */
export async function resolveReference(
  reference: Reference,
  path: string,
  { env, directory }: Surroundings,
): Promise<string> {
  if (reference.kind === "file") return readSecretFile(absolutePath(reference.path, directory, env), path);
  if (reference.kind === "exec")
    return (await import("./command.ts")).readSecretCommand(reference.command, path, { env, directory });
  const value = env[reference.name];
  if (value === undefined || value.trim() === "") throw configErrors.CONFIG_ENV_UNSET([path, reference.name]);
  return value;
}

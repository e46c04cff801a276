import { constants, type Stats } from "node:fs";
import { open } from "node:fs/promises";
import { configErrors } from "../errors.ts";

const MAX_BYTES = 64 * 1024;

/** Why a file is not read, and the command that mends it. */
interface Refusal {
  readonly reason: string;
  readonly remedy: string;
}

/**
 * The text in a file that only its owner's kin can read, without the line ends at its end. Not a symbolic link, which
 * could be turned elsewhere, and nobody else's file but root's.
 * @throws CONFIG_SECRET_FILE with the reason and the command that mends it.
 */
export async function readSecretFile(file: string, path: string): Promise<string> {
  const refuse = ({ reason, remedy }: Refusal) => configErrors.CONFIG_SECRET_FILE([path, file, reason, remedy]);
  let text: string;
  try {
    // O_NONBLOCK: a pipe without a writer would otherwise wait for ever.
    await using handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const refusal = refusalOf(await handle.stat(), file);
    if (refusal !== undefined) throw refuse(refusal);
    text = await handle.readFile("utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code?.startsWith("CONFIG_") === true ? error : refuse(openFailure(code, file));
  }
  const trimmed = text.replace(/[\r\n]+$/, "");
  if (trimmed.trim() === "") throw refuse({ reason: "is empty", remedy: `Write the value into ${file}.` });
  return trimmed;
}

function refusalOf(stat: Stats, file: string): Refusal | undefined {
  const user = process.getuid?.();
  if (stat.isDirectory()) return { reason: "is a folder", remedy: "Name the file inside it." };
  if (!stat.isFile()) return { reason: "is not a regular file", remedy: "Name a regular file." };
  if (stat.size > MAX_BYTES)
    return { reason: "is larger than 64 KiB", remedy: "Name a file that holds this value alone." };
  if (user === undefined) return undefined;
  if (stat.uid !== user && stat.uid !== 0)
    return { reason: "belongs to another user", remedy: `Run \`chown ${user} ${quote(file)}\`.` };
  if ((stat.mode & 0o027) === 0) return undefined;
  return {
    reason: `can be read or changed by others (mode ${(stat.mode & 0o777).toString(8).padStart(4, "0")})`,
    remedy: `Run \`chmod 600 ${quote(file)}\`.`,
  };
}

function openFailure(code: string | undefined, file: string): Refusal {
  if (code === "ENOENT" || code === "ENOTDIR")
    return { reason: "does not exist", remedy: `Make ${file}, readable by this user alone.` };
  if (code === "ELOOP") return { reason: "is a symbolic link", remedy: "Name the file that the link points to." };
  if (code === "EACCES" || code === "EPERM")
    return { reason: "this user may not read", remedy: `Give ${file} to this user.` };
  return { reason: `cannot be read (${code ?? "unknown failure"})`, remedy: `Make ${file} a regular file.` };
}

function quote(file: string): string {
  return /^[\w./-]+$/.test(file) ? file : `'${file.replaceAll("'", `'\\''`)}'`;
}

import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StatePaths } from "@loong/config";

export type SocketPaths = Pick<StatePaths, "home" | "socketFile">;

/** `sun_path` holds 108 bytes on Linux and 104 on macOS, the closing zero included (unix(7), sys/un.h). */
const MAX_SOCKET_PATH_BYTES = 103;

/**
 * Where the control socket of a state directory is: `<home>/run/control.sock`, or, when that path is too long for a
 * socket, a folder of this user's under the system's temporary directory, named for `home`.
 */
export function controlSocketPath(paths: SocketPaths): string {
  if (Buffer.byteLength(paths.socketFile) <= MAX_SOCKET_PATH_BYTES) return paths.socketFile;
  const name = createHash("sha256").update(paths.home).digest("hex").slice(0, 16);
  return join(tmpdir(), `loong-${process.getuid?.() ?? 0}-${name}`, "control.sock");
}

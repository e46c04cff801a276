/** Whether the host of `url` is this machine: `localhost`, `127.x.x.x`, `[::1]`. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

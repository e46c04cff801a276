export type { ControlApi, ControlClient, ControlHandlers, MessageChoice, MessageQuery, StopReply } from "./calls.ts";
export { type ClientOptions, connectControl } from "./client.ts";
export { type ControlServer, serveControl, type ServeOptions } from "./serve.ts";
export { controlSocketPath, type SocketPaths } from "./socket-path.ts";

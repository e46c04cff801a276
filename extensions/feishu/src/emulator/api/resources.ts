import type { World } from "../state/world.ts";
import { invalidField, refuse, type Answer } from "./answer.ts";
import type { Call, Route } from "./router.ts";
import { download } from "./uploads.ts";

const MAX_DOWNLOAD_BYTES = 100 * 1024 * 1024;
const PATH = "/open-apis/im/v1/messages/:message_id/resources/:key";
const SCOPES = ["im:message", "im:message:readonly", "im:message.history:readonly"];

/** @see https://open.feishu.cn/document/server-docs/im-v1/message/get-2 (read 2026-05) */
export function resourceRoutes(world: World): Route[] {
  return [{ method: "GET", path: PATH, auth: "bot", scopes: SCOPES, handle: (call) => fetchResource(call, world) }];
}

function fetchResource(call: Call, { rooms, blobs }: World): Answer {
  const type = call.query.get("type");
  if (type !== "image" && type !== "file") return invalidField("type", "type is required: image or file");
  const message = rooms.message(call.params["message_id"] ?? "");
  if (message === undefined) return refuse(234001, "Invalid request param.");
  if (!message.chat.apps.has(call.app)) return refuse(234004, "App is not in the chat.");
  if (WITHOUT_DOWNLOAD.has(message.msgType) || message.upperMessageId !== undefined) {
    return refuse(234043, "Unsupported message type.");
  }
  const blob = blobs.find(call.params["key"] ?? "");
  const isInMessage = blob !== undefined && !message.recalled && message.content.includes(blob.key);
  if (!isInMessage || blob.kind !== type) return refuse(234003, "File not in msg.");
  if (blob.bytes.length > MAX_DOWNLOAD_BYTES) return refuse(234037, "Downloaded file size exceeds limit.");
  return download(blob);
}
const WITHOUT_DOWNLOAD = new Set(["sticker", "interactive", "merge_forward"]);

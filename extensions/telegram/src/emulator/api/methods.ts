import type { Parts } from "../parts.ts";
import type { Methods } from "./call.ts";
import { accountMethods } from "./methods/account.ts";
import { callbackMethods } from "./methods/callbacks.ts";
import { chatMethods } from "./methods/chats.ts";
import { commandMethods } from "./methods/commands.ts";
import { draftMethods } from "./methods/drafts.ts";
import { fileMethods } from "./methods/files.ts";
import { forwardMethods } from "./methods/forward.ts";
import { mediaGroupMethods } from "./methods/media-group.ts";
import { mediaMethods } from "./methods/media.ts";
import { messageMethods } from "./methods/messages.ts";
import { reactionMethods } from "./methods/reactions.ts";
import { richMethods } from "./methods/rich.ts";
import { topicMethods } from "./methods/topics.ts";
import { updateMethods } from "./methods/updates.ts";

/** Everything a bot may call. */
export function apiMethods(parts: Parts): Methods {
  return {
    ...accountMethods(parts),
    ...updateMethods(parts),
    ...messageMethods(parts),
    ...mediaMethods(parts),
    ...mediaGroupMethods(parts),
    ...richMethods(parts),
    ...draftMethods(parts),
    ...forwardMethods(parts),
    ...fileMethods(parts),
    ...callbackMethods(parts),
    ...commandMethods(),
    ...reactionMethods(parts),
    ...chatMethods(parts),
    ...topicMethods(parts),
  };
}

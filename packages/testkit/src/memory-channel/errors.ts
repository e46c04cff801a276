import { defineErrors } from "@loong/sdk";

export const memoryErrors = defineErrors({
  MEMORY_CREDENTIALS_REJECTED: {
    message: "The memory platform does not know this token.",
    hint: "Set `token` of the account to the token of the platform.",
    outcome: "bad-credentials",
  },
  MEMORY_NO_SUCH_ROOM: {
    message: (id: string) => `The memory platform has no room ${id}.`,
    hint: "Send to a room that somebody has spoken in, or name it in `rooms`.",
    outcome: "rejected",
  },
  MEMORY_NO_SUCH_PREVIEW: {
    message: (messageId: string) => `The memory platform shows no unfinished message ${messageId}.`,
    hint: "Open a preview first; one that an answer took the place of is finished.",
    outcome: "rejected",
  },
  MEMORY_NO_SUCH_MESSAGE: {
    message: (messageId: string) => `Nobody has said ${messageId} on the memory platform.`,
    hint: "Type at a message that came in.",
    outcome: "rejected",
  },
  MEMORY_TOO_LONG: {
    message: (maxLength: number) => `The memory platform shows ${maxLength} characters in one message.`,
    hint: "Cut the text, or raise `maxLength` of the platform.",
    outcome: "rejected",
  },
  MEMORY_RATE_LIMITED: {
    message: "The memory platform asks to wait.",
    hint: "Send again after `retryAfterMs`.",
    outcome: "not-sent",
  },
  MEMORY_SERVER_ERROR: {
    message: "The memory platform has failed.",
    hint: "Look in the room: the message may be there.",
    outcome: "unknown",
  },
  MEMORY_RESPONSE_LOST: {
    message: "The answer of the memory platform was lost.",
    hint: "Look in the room: the message may be there.",
    outcome: "unknown",
  },
  MEMORY_UNREACHABLE: {
    message: "The memory platform is closed.",
    hint: "Make a new one with `createMemoryChannel`.",
    outcome: "not-sent",
  },
  MEMORY_ABORTED: {
    message: "The send was aborted before it began.",
    hint: "Send again with a signal that is not aborted.",
    outcome: "not-sent",
  },
});

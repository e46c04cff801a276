import type { Parts } from "../../parts.ts";
import type { Call, Methods } from "../call.ts";
import { chatOf, threadOf } from "../destination.ts";
import { wordsOf } from "../outgoing.ts";
import { badRequest } from "../refusal.ts";
import { richContent } from "./rich.ts";

const MAX_TEXT = 4096;

/** Words that grow on the screen before the message comes. @see https://core.telegram.org/bots/api#sendmessagedraft (read 2026-11) */
export function draftMethods({ world }: Parts): Methods {
  const { apiLevel } = world.settings;

  function show(call: Call, text: string): true {
    const { params } = call;
    const chat = chatOf(call, world);
    if (chat.type !== "private") throw badRequest("TEXTDRAFT_PEER_INVALID");
    const threadId = threadOf(call, chat);
    const draftId = params.integer("draft_id", 0);
    if (draftId === 0) throw badRequest("RANDOM_ID_INVALID");
    world.drafts.show({ chat, draftId, threadId, text, canStop: apiLevel !== "10.0" && params.flag("can_stop") });
    return true;
  }

  const methods: Methods = {
    sendMessageDraft(call) {
      const { text } = wordsOf(call.params, "text", "entities");
      if (text.length > MAX_TEXT) throw badRequest("message is too long");
      return show(call, text);
    },
  };
  if (apiLevel === "10.0") return methods;
  return { ...methods, sendRichMessageDraft: (call) => show(call, richContent(call.params, apiLevel).text) };
}

import type { PairingRequest } from "../ports.ts";

/** What the gateway itself says in a room, in the two languages of its users. */
export const notices = {
  noAnswer: (reason: string) =>
    `Sorry, I could not answer this message (${reason}). The operator can see why; please try again later.\n\n抱歉，这条消息暂时无法回答，请稍后再试。`,
  interrupted:
    "The answer was interrupted here. Please ask again if you need the rest.\n\n回答在此中断，如需其余内容请再问一次。",
  reset: "A new conversation begins; what was said before is forgotten.\n\n已开始新的对话。",
  stopped: "Stopped.\n\n已停止。",
  pair: (request: PairingRequest) =>
    `Hello! I only talk with people I know. Your pairing code is **${request.code}**. ` +
    `Ask the operator to run \`loong pairing approve ${request.channel} ${request.code}\` within 30 minutes.\n\n` +
    `你好！我还不认识你。配对码：**${request.code}**，请让管理员在 30 分钟内批准。`,
  tooFast: (perMinute: number) =>
    `You write faster than I can answer: ${perMinute} messages a minute. What goes beyond is not answered; please wait a ` +
    `minute and send it again.\n\n消息太快：每分钟最多回答 ${perMinute} 条，超出的不会回答，请一分钟后再发。`,
  busy:
    "Very many messages are waiting here. If yours has no answer in ten minutes, please send it again.\n\n" +
    "排队的消息太多。如果十分钟内没有回答，请再发一次。",
  paired: "You are approved. How can I help?\n\n你已通过批准，请直接提问。",
} as const;

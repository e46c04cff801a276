import type { ReceiverKind, WebhookAccount } from "../config.ts";
import { dingtalkReceiver } from "./dingtalk.ts";
import { feishuReceiver } from "./feishu.ts";
import { plainReceiver } from "./plain.ts";
import type { Receiver } from "./receiver.ts";
import { slackReceiver } from "./slack.ts";
import { wecomReceiver } from "./wecom.ts";

/** How the receiver of this account is spoken to. */
export function receiverOf(kind: ReceiverKind, account: WebhookAccount): Receiver {
  const [secret, authToken] = [given(account.secret), given(account.authToken)];
  switch (kind) {
    case "feishu":
      return feishuReceiver("Feishu", secret);
    case "lark":
      return feishuReceiver("Lark", secret);
    case "wecom":
      return wecomReceiver;
    case "dingtalk":
      return dingtalkReceiver(secret);
    case "slack":
      return slackReceiver;
    case "json":
      return plainReceiver(account.payloadTextField, authToken);
  }
}

function given(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

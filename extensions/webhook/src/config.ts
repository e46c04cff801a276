import type { ConfigSchema, JsonSchema } from "@loong/sdk";

export type ReceiverKind = "feishu" | "lark" | "wecom" | "dingtalk" | "slack" | "json";

/** One address for notifications, as the host hands it over: defaults filled in, secrets resolved. */
export interface WebhookAccount {
  /** Absent: told by the host of `endpointUrl`. */
  readonly kind?: ReceiverKind;
  readonly endpointUrl?: string;
  /** Signs messages to Feishu, Lark and DingTalk. */
  readonly secret?: string;
  /** Bearer token for plain JSON. */
  readonly authToken?: string;
  readonly payloadFormat: "json_text";
  readonly payloadTextField: string;
  readonly allowPrivateHosts: boolean;
}

/** Plain JSON Schema, so that no schema library is loaded. */
const schema: JsonSchema = {
  type: "object",
  additionalProperties: false,
  properties: {
    kind: {
      type: "string",
      enum: ["feishu", "lark", "wecom", "dingtalk", "slack", "json"],
      title: "Receiver",
      description:
        "Whose address it is: a custom bot of feishu or lark, a wecom group robot, a dingtalk robot, a slack incoming webhook, or json for a program of your own. Told by the address when absent.",
    },
    endpointUrl: {
      type: "string",
      title: "Address",
      description: "The webhook address from the settings of the robot or app. Whoever has it can write to the room.",
      env: ["WEBHOOK_URL"],
      secret: true,
    },
    secret: {
      type: "string",
      title: "Signing secret",
      description: "Of a feishu, lark or dingtalk robot that checks signatures (签名校验, 加签).",
      env: ["WEBHOOK_SECRET"],
      secret: true,
    },
    authToken: {
      type: "string",
      title: "Bearer token",
      description: "Sent as `Authorization: Bearer …`. Kind json only.",
      env: ["WEBHOOK_AUTH_TOKEN"],
      secret: true,
    },
    payloadFormat: {
      type: "string",
      enum: ["json_text"],
      default: "json_text",
      title: "Payload format",
      description: "json_text: an object with the words in one field. Kind json only.",
    },
    payloadTextField: {
      type: "string",
      minLength: 1,
      default: "text",
      title: "Payload text field",
      description: "The field that holds the words. Kind json only.",
    },
    allowPrivateHosts: {
      type: "boolean",
      default: false,
      title: "Allow private hosts",
      description: "Lets the address be http and lie on this machine or in a private network.",
    },
  },
};

/** The address is not `required`: its absence is told by the channel, with the environment name that would do. */
export const accountSchema: ConfigSchema<WebhookAccount> = schema;

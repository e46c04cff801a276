import type { JsonSchema } from "@loong/sdk";

const idList = (description: string): JsonSchema => ({ type: "array", items: { type: "string" }, description });

/** Sections that belong to the gateway itself. The defaults are those of `sections.ts`. */
export const coreSections = {
  $schema: { type: "string", description: "Where an editor finds the schema of this file." },
  gateway: {
    type: "object",
    additionalProperties: false,
    description: "The gateway process.",
    properties: {
      port: {
        type: "integer",
        minimum: 0,
        maximum: 65_535,
        default: 18_789,
        description: "TCP port for webhooks, health and the console. 0: any free one.",
      },
      bind: { type: "string", minLength: 1, default: "127.0.0.1", description: "Address the port listens on." },
      drainTimeoutMs: {
        type: "integer",
        minimum: 0,
        maximum: 600_000,
        default: 8_000,
        description: "How long a stop waits for sends to finish, in milliseconds.",
      },
      messagesPerMinute: {
        type: "integer",
        minimum: 0,
        maximum: 10_000,
        default: 20,
        description: "Messages of one sender that are answered in a minute; the others are denied. 0: any number.",
      },
      keepTextDays: {
        type: "integer",
        minimum: 0,
        maximum: 3_650,
        default: 7,
        description: "Days after which the text of messages that have ended is forgotten.",
      },
      keepIdsDays: {
        type: "integer",
        minimum: 8,
        maximum: 3_650,
        default: 30,
        description:
          "Days after which it is forgotten that there was a message: one that comes again later is answered again.",
      },
      publicUrl: {
        type: "string",
        pattern: "^https?://[^@/?#\\s][^@?#\\s]*$",
        description: "Where platforms reach this gateway; without user, password, query and fragment.",
        examples: ["https://bots.example.com"],
      },
    },
  },
  agent: {
    type: "object",
    additionalProperties: false,
    description: "Who answers, and with how much context.",
    properties: {
      use: { type: "string", minLength: 1, default: "llm", description: "Id of the agent plugin." },
      systemPrompt: { type: "string", description: "What every conversation begins with." },
      historyMessages: {
        type: "integer",
        minimum: 0,
        maximum: 10_000,
        default: 40,
        description: "Messages of the conversation that go with each turn.",
      },
      turnTimeoutMs: {
        type: "integer",
        minimum: 1_000,
        maximum: 86_400_000,
        default: 300_000,
        description: "Longest turn, in milliseconds.",
      },
      maxConcurrentTurns: {
        type: "integer",
        minimum: 1,
        maximum: 10_000,
        default: 8,
        description: "Turns that run at the same time.",
      },
    },
  },
  plugins: {
    type: "object",
    additionalProperties: false,
    description: "Where plugins are found and how they run.",
    properties: {
      paths: {
        type: "array",
        items: { type: "string" },
        default: [],
        description: "Folders of plugins beside the installed ones.",
      },
      entries: {
        type: "object",
        description: "By plugin id.",
        additionalProperties: {
          type: "object",
          additionalProperties: false,
          properties: {
            enabled: { type: "boolean", default: true },
            isolation: { enum: ["inline", "process"], description: "Where the plugin's code runs." },
          },
        },
      },
    },
  },
  log: {
    type: "object",
    additionalProperties: false,
    properties: {
      level: {
        enum: ["debug", "info", "warn", "error"],
        default: "info",
        description: "The least important line that is kept.",
      },
    },
  },
} as const satisfies Record<string, JsonSchema>;

/** Keys that every account of every channel has. The policies get their values from the channel's manifest. */
export const coreAccount: Readonly<Record<string, JsonSchema>> = {
  enabled: { type: "boolean", default: true, description: "Whether the account runs." },
  name: { type: "string", description: "Shown to people in lists and logs." },
  allowFrom: { ...idList("Unchanging ids of people who may write in private."), default: [] },
  groupAllowFrom: { ...idList("Unchanging ids of people whose messages in groups are answered."), default: [] },
  requireMention: { type: "boolean", default: true, description: "In groups, answer only when addressed." },
  allowedConversationIds: {
    ...idList("Outer boundary: conversations outside are denied whatever else is set."),
    aliases: ["allowedChatIds"],
  },
  streaming: {
    enum: ["auto", "off", "block", "live"],
    default: "auto",
    description:
      "How an answer is shown while it is written. auto: live where the platform can show it. live: as auto, else block. block: paragraph by paragraph. off: once, when it is whole.",
  },
  allowedSenderIds: idList("Outer boundary: people outside are denied whatever else is set."),
  groups: {
    type: "object",
    description: 'By conversation id; "*" is every other group.',
    additionalProperties: {
      type: "object",
      additionalProperties: false,
      properties: {
        enabled: { type: "boolean", default: true },
        requireMention: { type: "boolean" },
        allowFrom: idList("Unchanging ids of people who are answered in this group."),
        systemPrompt: { type: "string", description: "What conversations in this group begin with." },
      },
    },
  },
};

import type { AgentManifest, ChannelManifest, JsonSchema, JsonValue, Manifest } from "@loong/sdk";
import { coreAccount, coreSections } from "./core.ts";
import {
  aliasesOf,
  hasFileVariant,
  isSchema,
  isText,
  isReferable,
  propertiesOf,
  recordOf,
  requiredOf,
} from "./walk.ts";

/** One JSON Schema of the whole file: the gateway's own sections and those of every known plugin. */
export interface FileSchema {
  readonly root: JsonSchema;
  readonly channels: ReadonlyMap<string, ChannelManifest>;
  readonly agents: readonly AgentManifest[];
}

export function fileSchema(manifests: readonly Manifest[]): FileSchema {
  const channels = manifests.filter((manifest) => manifest.kind === "channel");
  const agents = manifests.filter((manifest) => manifest.kind === "agent");
  return {
    root: {
      type: "object",
      additionalProperties: false,
      properties: {
        ...(literally(coreSections) as typeof coreSections),
        ...agentProperties(agents),
        channels: {
          type: "object",
          description: "By channel id.",
          properties: Object.fromEntries(channels.map((manifest) => [manifest.id, blockSchema(manifest)])),
          additionalProperties: {},
        },
      },
    },
    channels: new Map(channels.map((manifest) => [manifest.id, manifest])),
    agents,
  };
}

/** What may stand in `channels.<id>`: an account, and accounts. */
function blockSchema(manifest: ChannelManifest): JsonSchema {
  const account = accountSchema(manifest);
  return {
    ...account,
    title: manifest.label,
    aliases: manifest.aliases,
    properties: {
      ...propertiesOf(account),
      accounts: {
        type: "object",
        description: "By account id; each takes from the block above what it does not say.",
        additionalProperties: account,
      },
      defaultAccount: { type: "string", literal: true, description: "The account used when none is named." },
    },
  };
}

/** What may stand in one account. What the gateway itself knows wins over a plugin's key of the same name. */
export function accountSchema(manifest: ChannelManifest): JsonSchema {
  return {
    type: "object",
    additionalProperties: false,
    required: requiredOf(manifest.account),
    properties: {
      ...propertiesOf(withFileVariants(manifest.account)),
      ...(literally(coreAccount) as typeof coreAccount),
      dmPolicy: {
        literal: true,
        enum: manifest.dmPolicy.supported,
        default: manifest.dmPolicy.default,
        description: "Who may write in private.",
      },
      groupPolicy: {
        literal: true,
        enum: manifest.groupPolicy.supported,
        default: manifest.groupPolicy.default,
        description: "Whose messages in groups are answered.",
      },
    },
  };
}

/** Texts that the gateway itself reads are written out: only plugins get their values resolved. */
function literally(schema: JsonValue): JsonValue {
  if (!isSchema(schema)) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([keyword, value]) => [keyword, literally(value)]));
  return isText(schema) ? { ...copy, literal: true } : copy;
}

function agentProperties(agents: readonly AgentManifest[]): Record<string, JsonSchema> {
  const properties: Record<string, JsonSchema> = {};
  for (const agent of agents) {
    const own = propertiesOf(withFileVariants(agent.settings));
    for (const key of agent.keys) properties[key] ??= own[key] ?? {};
    for (const [key, schema] of Object.entries(own)) if (schema["fileOf"] !== undefined) properties[key] ??= schema;
  }
  return properties;
}

/** Adds `<name>File` beside every secret and every `file: true` text, at any depth. */
export function withFileVariants(schema: JsonSchema): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  for (const [key, property] of Object.entries(propertiesOf(schema))) {
    properties[key] = withFileVariants(property);
    if (!hasFileVariant(property)) continue;
    properties[`${key}File`] ??= {
      type: "string",
      literal: true,
      fileOf: key,
      description: `Path of a file that holds ${key}.`,
    };
  }
  const record = recordOf(schema);
  return {
    ...schema,
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
    ...(record === undefined ? {} : { patternProperties: {}, additionalProperties: withFileVariants(record) }),
  };
}

const SECRET_REFERENCE: JsonSchema = {
  oneOf: [
    { type: "object", required: ["env"], additionalProperties: false, properties: { env: { type: "string" } } },
    { type: "object", required: ["file"], additionalProperties: false, properties: { file: { type: "string" } } },
    {
      type: "object",
      required: ["exec"],
      additionalProperties: false,
      properties: { exec: { type: "array", items: { type: "string" }, minItems: 1 } },
    },
  ],
};

/** The schema for editors and `loong config schema`: aliases and references are spelled out, Loong's keywords kept. */
export function publishedSchema(manifests: readonly Manifest[]): JsonSchema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Loong configuration",
    ...publish(fileSchema(manifests).root),
  };
}

function publish(schema: JsonSchema): JsonSchema {
  const published: Record<string, JsonValue> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === "aliases" || keyword === "fileOf" || keyword === "literal" || keyword === "required") continue;
    if (keyword === "properties" && isSchema(value))
      published[keyword] = publishProperties(value as Record<string, JsonSchema>);
    else if (isSchema(value)) published[keyword] = publish(value);
    else published[keyword] = value;
  }
  return isReferable(schema) ? { anyOf: [published, SECRET_REFERENCE] } : published;
}

function publishProperties(properties: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> {
  const published: Record<string, JsonSchema> = {};
  for (const [key, property] of Object.entries(properties)) {
    for (const name of [key, ...aliasesOf(property)]) published[name] = publish(property);
  }
  return published;
}

import { configSchema, propertiesOf } from "@loong/config";
import type { Desk } from "./desk.ts";
import { fieldsOf } from "./fields.ts";
import { patchAt, type Section } from "./section.ts";
import { standingIn } from "./standing.ts";

/** Tables of the gateway's own that a form can fill: `gateway`, `agent`, `log`. */
export function coreTables(): readonly { readonly key: string; readonly help: string }[] {
  const own = Object.entries(propertiesOf(configSchema([])));
  return own.flatMap(([key, schema]) => {
    const help = schema["description"];
    return fieldsOf(schema).length === 0 ? [] : [{ key, help: typeof help === "string" ? help : "" }];
  });
}

export function coreSection(desk: Desk, key: string): Section {
  const schema = propertiesOf(configSchema([]))[key] ?? {};
  return {
    title: typeof schema["description"] === "string" ? schema["description"] : key,
    path: [key],
    fields: fieldsOf(schema),
    preset: {},
    standing: (field) => standingIn(desk.state.config, field, [[key]]),
    envNames: () => [],
    likelyNames: () => [],
    patch: (answers) => patchAt([key], answers),
  };
}

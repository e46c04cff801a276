import type { Manifest } from "@loong/sdk";
import { isObject } from "../plugins/manifest.ts";

/** What a plugin can do and what it is given, one short sentence each: it is shown before the operator agrees. */
export function capabilitiesOf(manifest: Manifest): readonly string[] {
  const schema = manifest.kind === "channel" ? manifest.account : manifest.settings;
  const properties = Object.entries(isObject(schema["properties"]) ? schema["properties"] : {});
  const secrets = properties.filter(([, value]) => isObject(value) && value["secret"] === true).map(([name]) => name);
  const envNames = properties.flatMap(([, value]) => envNamesOf(value));
  return [
    duty(manifest),
    ...(secrets.length === 0 ? [] : [`is given the secrets ${secrets.join(", ")}`]),
    ...(envNames.length === 0 ? [] : [`is given values of the environment: ${envNames.join(", ")}`]),
  ];
}

function duty(manifest: Manifest): string {
  if (manifest.kind === "agent") return `agent "${manifest.id}": is given conversations and answers them`;
  return manifest.serves
    ? `channel "${manifest.id}": receives messages and sends`
    : `channel "${manifest.id}": sends messages and receives none`;
}

function envNamesOf(property: unknown): string[] {
  const names = isObject(property) ? property["env"] : undefined;
  return Array.isArray(names) ? names.filter((name): name is string => typeof name === "string") : [];
}

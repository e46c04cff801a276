import type { ConfigFormat } from "@loong/config";

/**
 * What to write so that a single account gets the name that a selector asks for, in the format of the operator's file.
 *
 * @param configPath - The block as it is written: `"channels.matrix"`, or `"matrix"` at the top of the file.
 */
export function namingRemedy(configPath: string, id: string, format: ConfigFormat): string {
  return `Add this to the config, or leave the selector out:\n${lines(configPath.split("."), id, format).join("\n")}`;
}

function lines(path: readonly string[], id: string, format: ConfigFormat): readonly string[] {
  switch (format) {
    case "toml":
      return tomlLines(path.join("."), id);
    case "json":
      return [JSON.stringify(nest(path, { defaultAccount: id, accounts: { [id]: {} } }))];
    case "yaml":
      return yamlLines(path, id);
  }
}

function tomlLines(table: string, id: string): readonly string[] {
  return [`  [${table}]`, `  default_account = "${id}"`, `  [${table}.accounts.${id}]`];
}

function yamlLines(path: readonly string[], id: string): readonly string[] {
  const indent = (depth: number) => "  ".repeat(depth + 1);
  const depth = path.length;
  return [
    ...path.map((key, index) => `${indent(index)}${key}:`),
    `${indent(depth)}defaultAccount: ${id}`,
    `${indent(depth)}accounts:`,
    `${indent(depth + 1)}${id}: {}`,
  ];
}

function nest(path: readonly string[], value: object): object {
  return path.reduceRight<object>((inner, key) => ({ [key]: inner }), value);
}

import type { ChannelNames } from "./names.ts";
import { filledPackageJson, type JsonObject, type Versions } from "./package-json.ts";
import type { Files } from "./template.ts";

/** The template is a real channel; these are its names, wherever they stand. */
const NAMES = /acme-package|Acme Chat|\bacme\b|\bACME(?=_)/gu;

/** The template's files under new names. */
export function rendered(template: Files, names: ChannelNames, versions: Versions): Files {
  const files = new Map<string, string>();
  for (const [path, text] of template) {
    const named = renamed(text, names);
    files.set(path, path === "package.json" ? packageJsonText(named, names, versions) : named);
  }
  return files;
}

function packageJsonText(text: string, names: ChannelNames, versions: Versions): string {
  return `${JSON.stringify(filledPackageJson(JSON.parse(text) as JsonObject, names, versions), null, 2)}\n`;
}

function renamed(text: string, { packageName, id, label }: ChannelNames): string {
  const names: Readonly<Record<string, string>> = {
    "acme-package": packageName,
    "Acme Chat": label,
    acme: id,
    ACME: id.toUpperCase().replaceAll("-", "_"),
  };
  return text.replace(NAMES, (name) => names[name] ?? name);
}

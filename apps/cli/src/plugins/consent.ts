import type { PreparedInstall } from "@loong/host/install";
import type { Isolation } from "@loong/host/isolation";
import { formatBytes } from "../output/bytes.ts";
import { plainText } from "../output/plain-text.ts";
import { formatAge } from "../output/time.ts";

const PROVENANCE: Readonly<Record<PreparedInstall["provenance"], string>> = {
  attested: "attested: the registry says from which source and build it comes",
  none: "none: nothing tells from which source it was built",
  unknown: "unknown: the registry could not be asked",
};

const SOURCES: Readonly<Record<PreparedInstall["source"], string>> = {
  registry: "npm registry",
  tarball: "file",
  directory: "folder, copied",
  link: "folder, used where it is",
};

const RUNS: Readonly<Record<Isolation, string>> = {
  inline: "inside the gateway, with everything the gateway may do",
  process: "in a process of its own, with limits",
};

const MARGIN = 14;

/**
 * What an operator should know before a package becomes part of the gateway. Nothing of it is shortened: a name that is cut
 * off could be another one.
 */
export function consentLines(prepared: PreparedInstall, isolation: Isolation, nowMs: number): readonly string[] {
  const { manifest, packageName, version, replaces } = prepared;
  const title = `${packageName} ${version}: ${manifest.kind} "${manifest.id}" (${manifest.label})`;
  const facts: Facts = [
    ["Replaces", replaces === undefined ? [] : [`version ${replaces}`]],
    ["Comes from", [SOURCES[prepared.source]]],
    ...(prepared.source === "registry" ? registryFacts(prepared, nowMs) : []),
    ...(prepared.source === "link" ? [] : contentFacts(prepared)),
    ["May", prepared.capabilities],
    ["Runs", [RUNS[isolation]]],
    ["Integrity", prepared.integrity === "" ? [] : [prepared.integrity]],
  ];
  return [plainText(title), "", ...facts.flatMap(([name, lines]) => factLines(name, lines))];
}

type Facts = readonly (readonly [string, readonly string[]])[];

function contentFacts({ files, bytes, dependencies }: PreparedInstall): Facts {
  return [
    ["Contents", [`${files} files, ${formatBytes(bytes)}`]],
    ["Depends on", dependencyLines(dependencies)],
  ];
}

function registryFacts({ publisher, provenance, publishedAtMs }: PreparedInstall, nowMs: number): Facts {
  return [
    ["Publisher", [publisher ?? "unknown"]],
    ["Provenance", [PROVENANCE[provenance]]],
    ["Published", [publishedAtMs === undefined ? "unknown" : formatAge(nowMs, publishedAtMs)]],
  ];
}

function dependencyLines(dependencies: PreparedInstall["dependencies"]): readonly string[] {
  if (dependencies.length === 0) return ["no other package"];
  const names = dependencies.map(({ name, version }) => `${name} ${version}`);
  return [`${names.length} ${names.length === 1 ? "package" : "packages"}: ${names.join(", ")}`];
}

function factLines(name: string, lines: readonly string[]): readonly string[] {
  return lines.map((line, index) => `${(index === 0 ? name : "").padEnd(MARGIN)}${plainText(line)}`);
}

import type { PreparedInstall } from "@loong/host/install";
import type { Isolation } from "@loong/host/isolation";
import { formatBytes } from "../output/bytes.ts";
import { plainText } from "../output/plain-text.ts";
import { formatAge } from "../output/time.ts";

const SIGNATURE: Readonly<Record<PreparedInstall["signature"], string>> = {
  verified: "verified: these bytes were signed with a key that the registry publishes",
  unchecked: "not verified: signed with a key that the registry does not publish",
  missing: "none, although the registry signs what is published to it",
  none: "none, and the registry publishes no key to check one with",
  unknown: "unknown: it does not come from a registry",
};

const PROVENANCE: Readonly<Record<PreparedInstall["provenance"], string>> = {
  attested: "claimed, not verified: the registry has a statement of the source and build it comes from",
  none: "none: nothing tells from which source it was built",
  unknown: "unknown: it does not come from a registry",
};

const SOURCES: Readonly<Record<PreparedInstall["source"], string>> = {
  registry: "registry",
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
    ["Comes from", [prepared.registry === undefined ? SOURCES[prepared.source] : `registry ${prepared.registry}`]],
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

function registryFacts({ publisher, signature, provenance, publishedAtMs }: PreparedInstall, nowMs: number): Facts {
  return [
    ["Publisher", [publisher ?? "unknown"]],
    ["Signature", [SIGNATURE[signature]]],
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

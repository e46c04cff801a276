import type { Config } from "@loong/config";
import type { InstalledPlugin, PreparedInstall } from "@loong/host/install";
import { type Isolation, isolationOf } from "@loong/host/isolation";
import type { Problem } from "@loong/sdk";
import type { Cli } from "../cli-context.ts";
import { painter, printLine, printNote } from "../output/output.ts";
import { plainText } from "../output/plain-text.ts";
import { pathsOf } from "../state.ts";
import { type AgreementOptions, isAgreed } from "./agreement.ts";
import { consentLines } from "./consent.ts";
import { type PickUp, tellGateway } from "./pick-up.ts";

/** How the installation of one package ended. */
export interface Settled {
  readonly outcome: "installed" | "would-install" | "declined";
  readonly package: PackageFacts;
  /** `null` unless it was installed. */
  readonly plugin: InstalledPlugin | null;
  readonly gateway: PickUp;
}

type Shown = "packageName" | "version" | "source" | "integrity" | "signature" | "provenance" | "files" | "bytes";
type Lists = "dependencies" | "capabilities" | "warnings";

/** What the consent page says, for programs. */
interface PackageFacts extends Pick<PreparedInstall, Shown | Lists> {
  readonly id: string;
  readonly kind: string;
  readonly registry: string | null;
  readonly publisher: string | null;
  readonly publishedAtMs: number | null;
  readonly replaces: string | null;
  readonly isolation: Isolation;
}

/** Shows what was fetched, asks, and makes it active. What is not made active is thrown away. */
export async function settle(
  cli: Cli,
  options: AgreementOptions,
  config: Config,
  prepared: PreparedInstall,
): Promise<Settled> {
  const isolation = isolationOf({ ...prepared, source: "installed", installedFrom: prepared.source }, config);
  const facts = factsOf(prepared, isolation);
  const unchanged = { package: facts, plugin: null, gateway: null };
  let isActive = false;
  try {
    const isAsked = options.yes !== true && options.dryRun !== true;
    if (isAsked || options.json !== true) showPage(cli, options, prepared, isolation);
    if (options.dryRun === true) return { outcome: "would-install", ...unchanged };
    const { packageName, version } = prepared;
    if (!(await isAgreed(cli, options, `Install ${plainText(packageName)} ${plainText(version)}?`)))
      return { outcome: "declined", ...unchanged };
    const plugin = await prepared.activate();
    isActive = true;
    return { outcome: "installed", package: facts, plugin, gateway: await tellGateway(pathsOf(cli, options)) };
  } finally {
    if (!isActive) await prepared.discard();
  }
}

/** With `--yes` it is for the record; a dry run has it as its result. */
function showPage(
  { output, now }: Cli,
  options: AgreementOptions,
  prepared: PreparedInstall,
  isolation: Isolation,
): void {
  const print = options.dryRun === true ? printLine : printNote;
  for (const line of consentLines(prepared, isolation, now())) print(output, line);
  const paint = painter(output.stderr);
  for (const { message, hint } of prepared.warnings)
    printNote(output, warningLine(paint("warn", "warning:"), message, hint));
  print(output, "");
}

function warningLine(label: string, message: string, hint: Problem["hint"]): string {
  return `${label} ${plainText(message)}${hint === undefined ? "" : ` ${plainText(hint)}`}`;
}

function factsOf(prepared: PreparedInstall, isolation: Isolation): PackageFacts {
  const { packageName, version, source, registry, integrity, signature, provenance, files, bytes } = prepared;
  const { dependencies, capabilities, warnings, manifest, publisher, publishedAtMs, replaces } = prepared;
  return {
    id: manifest.id,
    kind: manifest.kind,
    packageName,
    version,
    source,
    replaces: replaces ?? null,
    registry: registry ?? null,
    publisher: publisher ?? null,
    signature,
    provenance,
    publishedAtMs: publishedAtMs ?? null,
    files,
    bytes,
    integrity,
    isolation,
    dependencies,
    capabilities,
    warnings,
  };
}

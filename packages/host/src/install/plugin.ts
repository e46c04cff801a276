import type { Env, StatePaths } from "@loong/config";
import type { Manifest, Problem } from "@loong/sdk";
import type { SignatureState } from "./signature.ts";

/** What every part of the installer wants to know about the command that uses it. */
export interface InstallOptions {
  readonly paths: StatePaths;
  /** `HOME`, `PATH`, and what npm and proxies are told in it. */
  readonly env: Env;
  /** Package folders of the plugins that come with the command: nobody may take their ids. */
  readonly bundled: readonly string[];
  /** Root of a source checkout, whose `extensions/` are plugins too. */
  readonly workspaceRoot?: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** For every package. Default: what npm was told. */
  readonly registry?: string;
  /** Called before each step, and with bytes while one goes on. */
  readonly onProgress?: (step: InstallStep) => void;
  readonly signal?: AbortSignal;
}

export interface InstallStep {
  readonly name:
    | "resolve"
    | "download"
    | "inspect"
    | "dependencies"
    | "extract"
    | "check"
    | "seal"
    | "place"
    | "pin"
    | "clean";
  /** Bytes. */
  readonly done?: number;
  readonly total?: number;
  /** How many dependencies are being fetched. */
  readonly packages?: number;
}

/** Where the bytes of an installed plugin came from. A link has none of its own: the folder stays where it is. */
export type InstallSource = "registry" | "tarball" | "directory" | "link";

/** A version that is staged and checked. Nothing of it is active, and it holds the installer's lock until one of its two ends. */
export interface PreparedInstall {
  readonly packageName: string;
  readonly version: string;
  readonly source: InstallSource;
  readonly manifest: Manifest;
  /** `sha512-…` of the tarball; empty for a link. */
  readonly integrity: string;
  /** Where it was fetched, when it was from a registry. */
  readonly registry?: string;
  /** Who published this version, as the registry says. */
  readonly publisher?: string;
  /** Whether the registry signed it, with a key that the registry publishes. `unknown`: not from a registry. */
  readonly signature: SignatureState | "unknown";
  /** `attested`: the registry holds a statement about its build; it is shown, not proven. `unknown`: not from a registry. */
  readonly provenance: "attested" | "none" | "unknown";
  readonly publishedAtMs?: number;
  /** Of the plugin itself, dependencies not counted. */
  readonly files: number;
  readonly bytes: number;
  readonly dependencies: readonly { readonly name: string; readonly version: string }[];
  /** What it can do and what it is given, in words for the operator. */
  readonly capabilities: readonly string[];
  readonly warnings: readonly Problem[];
  /** The version that is active now. */
  readonly replaces?: string;
  activate(): Promise<InstalledPlugin>;
  /** Removes what was staged. Does nothing after `activate`. */
  discard(): Promise<void>;
}

export interface InstalledPlugin {
  readonly id: string;
  readonly kind: Manifest["kind"];
  readonly packageName: string;
  readonly version: string;
  readonly source: InstallSource;
  readonly integrity: string;
  /** The package folder, absolute. */
  readonly directory: string;
  readonly installedAtMs: number;
  /** What the operator typed; a path is made absolute. */
  readonly spec: string;
  /** A link is never `modified`: its files are the operator's to change. */
  readonly state: "intact" | "modified" | "missing";
}

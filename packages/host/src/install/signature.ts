import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { isObject } from "../plugins/manifest.ts";
import { installErrors } from "./errors.ts";

/** A key with which a registry signs what is published (https://docs.npmjs.com/about-registry-signatures, read 2026-11-21). */
export interface RegistryKey {
  readonly keyid: string;
  readonly key: KeyObject;
  /** Milliseconds since 1970; what was published later is not signed with it. */
  readonly expiresAtMs: number | undefined;
}

export interface RegistrySignature {
  readonly keyid: string;
  /** Base64. */
  readonly sig: string;
}

/**
 * `unchecked`: signed with a key that the registry does not publish. `missing`: not signed, by a registry that signs.
 * `none`: not signed, by one that publishes no key.
 */
export type SignatureState = "verified" | "unchecked" | "missing" | "none";

export interface Signed {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
  readonly signatures: readonly RegistrySignature[];
  readonly publishedAtMs: number | undefined;
}

/**
 * Whether the registry's own key signed these bytes as this version.
 *
 * @throws INSTALL_SIGNATURE_WRONG
 */
export function checkSignatures(signed: Signed, keys: readonly RegistryKey[]): SignatureState {
  const { name, version, integrity, signatures, publishedAtMs } = signed;
  const message = Buffer.from(`${name}@${version}:${integrity}`);
  const known = signatures.flatMap(({ keyid, sig }) => {
    const key = keys.find((each) => each.keyid === keyid);
    return key === undefined ? [] : [{ key, sig }];
  });
  for (const { key, sig } of known) {
    const isOutlived = key.expiresAtMs !== undefined && publishedAtMs !== undefined && publishedAtMs >= key.expiresAtMs;
    if (isOutlived || !verify("sha256", message, key.key, Buffer.from(sig, "base64")))
      throw installErrors.INSTALL_SIGNATURE_WRONG([name, version, key.keyid, isOutlived]);
  }
  if (signatures.length === 0) return keys.length === 0 ? "none" : "missing";
  return known.length === 0 ? "unchecked" : "verified";
}

export function readSignatures(value: unknown): readonly RegistrySignature[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isObject).flatMap(({ keyid, sig }) => {
    return typeof keyid === "string" && typeof sig === "string" ? [{ keyid, sig }] : [];
  });
}

/** Those of the one kind there is. */
export function readKeys(value: unknown): readonly RegistryKey[] {
  const keys: unknown = isObject(value) ? value["keys"] : undefined;
  if (!Array.isArray(keys)) return [];
  return keys.filter(isObject).flatMap(({ keyid, key, keytype, expires }) => {
    const read = typeof key === "string" && keytype === "ecdsa-sha2-nistp256" ? readKey(key) : undefined;
    if (typeof keyid !== "string" || read === undefined) return [];
    return [{ keyid, key: read, expiresAtMs: typeof expires === "string" ? Date.parse(expires) : undefined }];
  });
}

function readKey(base64: string): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(base64, "base64"), format: "der", type: "spki" });
  } catch {
    return undefined;
  }
}

import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "ini";
import type { Env } from "@loong/config";

/** By npm's own names: `https-proxy`, `@acme:registry`, `//npm.acme.com/:_authToken`. `true` and `false` are words too. */
export type NpmSettings = Readonly<Record<string, string>>;

/** What says where registries are and how they are reached. Nothing else of an `.npmrc` is used: it can name programs to run. */
const USED = [
  /^(?:registry|proxy|https-proxy|noproxy|ca|cafile|strict-ssl)$/,
  /^@[^:/]+:registry$/,
  /^\/\/.+:(?:_authToken|_auth|username|_password|certfile|keyfile)$/,
];

const FILES = /(?:^ca|:cert|:key)file$/;

/**
 * What npm was told in `npm_config_…`, in the user's `.npmrc`, and in the one of this machine; the nearest word counts. A
 * project's `.npmrc` is nobody's word: a folder that came from elsewhere may have one.
 *
 * @see https://docs.npmjs.com/cli/v11/configuring-npm/npmrc (read 2026-11-21)
 */
export function readNpmSettings(env: Env): NpmSettings {
  const told = fromEnvironment(env);
  const user = fromFile(told["userconfig"] ?? join(env["HOME"] ?? "/", ".npmrc"), env);
  const prefix = told["prefix"] ?? user["prefix"] ?? dirname(dirname(process.execPath));
  const machine = fromFile(told["globalconfig"] ?? join(prefix, "etc", "npmrc"), env);
  const used = Object.entries({ ...machine, ...user, ...told }).filter(([key]) => USED.some((each) => each.test(key)));
  return Object.fromEntries(used.map(([key, value]) => [key, FILES.test(key) ? resolve(fromHome(value, env)) : value]));
}

/** npm runs in a folder, and with a home, of ours: a path has to be whole. */
function fromHome(path: string, env: Env): string {
  return path.startsWith("~/") ? join(env["HOME"] ?? "/", path.slice(2)) : path;
}

function fromEnvironment(env: Env): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => {
      const key = /^npm_config_(.+)$/i.exec(name)?.[1];
      return key === undefined || !value ? [] : [[key.startsWith("//") ? key : settingName(key), value]];
    }),
  );
}

function settingName(key: string): string {
  return key.replace(/(?!^)_/g, "-").toLowerCase();
}

function fromFile(file: string, env: Env): Record<string, string> {
  const entries = Object.entries<unknown>(parse(textOf(file)));
  return Object.fromEntries(entries.flatMap(([key, value]) => valueOf(key, value, env)));
}

/** A list is written as npm takes it from the environment. */
function valueOf(key: string, value: unknown, env: Env): [string, string][] {
  const words = (Array.isArray(value) ? value : [value]) as readonly unknown[];
  const isTold = words.every((word) => typeof word === "string" || typeof word === "boolean");
  return isTold ? [[expanded(key, env), expanded(words.join("\n\n"), env)]] : [];
}

/** `${NAME}`, and `${NAME?}` for what may be missing. */
function expanded(text: string, env: Env): string {
  return text.replace(/\$\{([^${}?]+)(\?)?\}/g, (all, name: string, mayMiss: string | undefined) => {
    return env[name] ?? (mayMiss === undefined ? all : "");
  });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

import { createRequire, isBuiltin } from "node:module";
import { join } from "node:path";
import { defineConfig, type Rolldown } from "tsdown";

const PREFIX = "\0builtin:";

/** Dear to load, or to list what it has, and made of functions that do not care how they are called. */
const LAZY: ReadonlySet<string> = new Set(["node:child_process", "node:crypto", "node:fs/promises", "node:util"]);

/**
 * Takes Node's own modules by `process.getBuiltinModule`. An `import` of one reads every property it has to make the
 * names that may be imported, and with them comes what hides behind their getters: an HTTP client, the web crypto, three
 * streams. For a small command that is a third of its time (13 ms for `node:process`, 34 ms for `node:http`).
 */
const leanBuiltins: Rolldown.Plugin = {
  name: "lean-builtins",
  resolveId: {
    order: "pre",
    // The bundler's own runtime, which makes the CommonJS wrapper, cannot come out of one.
    handler: (id, importer) =>
      isBuiltin(id) && importer?.startsWith("\0rolldown") !== true
        ? `${PREFIX}${id.replace(/^(?!node:)/u, "node:")}`
        : undefined,
  },
  load(id) {
    if (!id.startsWith(PREFIX)) return undefined;
    const name = id.slice(PREFIX.length);
    return { code: LAZY.has(name) ? lazyModule(name) : `module.exports = ${builtin(name)};`, moduleType: "js" };
  },
};

function lazyModule(name: string): string {
  const names = Object.keys(process.getBuiltinModule(name) ?? {});
  const getters = names.map((key) => `get ${key}() { return load().${key}; }`);
  return `let loaded; const load = () => (loaded ??= ${builtin(name)}); module.exports = { ${getters.join(", ")} };`;
}

function builtin(name: string): string {
  return `process.getBuiltinModule(${JSON.stringify(name)})`;
}

/** Few files are quicker to load than many: what every command needs, and what all that look at the state need. */
const groups = [
  { name: "node", test: /\0builtin:|\0rolldown/u },
  {
    name: "core",
    test: anyOf(
      "/commander/",
      "packages/sdk/",
      "cli/src/commands/",
      "cli/src/program/(?!channel-names)",
      "cli/src/output/(?:output|plain-text|report-error)[.]",
      "cli/src/(?:cli|errors|exit-codes|installation|interrupt|create/transports)[.]",
    ),
  },
  {
    name: "state",
    test: anyOf(
      "packages/config/src/(?!validate/(?:types|conditions)|edit/(?!locate-path|atomic)|source/(?:json|toml|yaml)[.])",
      "packages/host/src/(?:errors[.]|plugins/|owner/(?:read|file|facts|lock)[.]|install/(?:errors|lock-file|verify|seal)[.])",
      "cli/src/(?:state|gateway-report|account-report)[.]",
      "cli/src/output/(?:problems|table|time)[.]",
      "/fast-string-",
    ),
  },
];

function anyOf(...paths: readonly string[]): RegExp {
  return new RegExp(paths.join("|"), "u");
}

/**
 * A group brings with it whatever one of its modules imports. The build fails when that is a library which no quick
 * command needs: the schema compiler alone is a twentieth of their time.
 */
const leanGroups: Rolldown.Plugin = {
  name: "lean-groups",
  generateBundle(_options, bundle) {
    const loaded = new Set(
      groups.flatMap(({ name }) => Object.keys(bundle).filter((file) => file.startsWith(`${name}-`))),
    );
    for (const file of loaded) {
      const chunk = bundle[file];
      if (chunk?.type !== "chunk") continue;
      const heavy = chunk.moduleIds.find((id) => /\/(?:typebox|fastify|tslog|yaml)\//u.test(id));
      if (heavy !== undefined) this.error(`every command would load ${heavy}`);
      for (const needed of chunk.imports) loaded.add(needed);
    }
  },
};

/**
 * One character beyond ASCII makes V8 hold a whole file in two bytes a character, which costs a command 4 % of its time. The
 * escape means the same wherever such a character may stand, but for `String.raw`.
 */
const asciiOnly: Rolldown.Plugin = {
  name: "ascii-only",
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== "chunk") continue;
      chunk.code = chunk.code.replace(
        /[^\0-\x7f]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
      );
    }
  },
};

/** The YAML library as ES modules, of which only what is used is kept; for Node it offers CommonJS, which comes whole. */
const yaml = join(
  createRequire(new URL("../../packages/config/package.json", import.meta.url)).resolve("yaml/package.json"),
  "../browser/index.js",
);

/**
 * One bundle with everything that reads a few files many times over: what one command needs is a handful of modules
 * instead of a thousand. Each command's action is a chunk of its own.
 */
export default defineConfig({
  entry: {
    main: "src/main.ts",
    // Processes of their own that the host starts: each by its name, from the folder of the chunk that starts it.
    "check-child": "../../packages/host/src/install/check-child.ts",
    "full-check-child": "../../packages/journal/src/sqlite/full-check-child.ts",
    "plugin-child": "../../packages/host/src/isolation/plugin-child.ts",
  },
  format: "esm",
  platform: "node",
  target: "node24.15",
  fixedExtension: false,
  dts: false,
  clean: true,
  // Shorter files load faster; names stay, so a stack can be read.
  minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
  alias: { yaml },
  plugins: [leanBuiltins, leanGroups, asciiOnly],
  outputOptions: { codeSplitting: { includeDependenciesRecursively: false, groups } },
  inputOptions: {
    preserveEntrySignatures: "allow-extension",
    resolve: { conditionNames: ["@loong/source", "node", "import", "module", "default"] },
  },
  deps: {
    // jiti loads its compiler from a file beside it; the agents are plugins, found at run time.
    neverBundle: ["jiti", /^@loong\/agent-/u],
    alwaysBundle: [/.*/u],
  },
});

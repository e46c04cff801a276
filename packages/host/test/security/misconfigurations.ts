import { chmodSync, linkSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync, chownSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { statePaths } from "@loong/config";
import { onTestFinished } from "vitest";
import { serviceManager } from "../../src/service/index.ts";
import { type Advised, type Home } from "./home.ts";
import { installStranger, writeStranger } from "./stranger.ts";

/** One mistake, how it is made, and the one thing that the audit must say about it. */
export interface Misconfiguration {
  readonly name: string;
  readonly id: string;
  readonly plant: (home: Home) => void | Promise<void>;
  readonly channel?: Advised;
  /** Only root can give files away. */
  readonly asRoot?: true;
}

/** Secrets of the tests, long enough to be looked for. */
export const plantedSecrets = ["f3b1c07a52de4b9098a7c6e5d4f3021b", "0a9d8c7b6e5f41324354657687980a1b"] as const;
const [STRONG, OTHER] = plantedSecrets;
const SOMEBODY = 65_534;

const access = (name: string, id: string, change: object): Misconfiguration => ({
  name,
  id,
  plant: ({ account }) => void Object.assign(account, change),
});

const environment = (name: string, id: string, env: Record<string, string>): Misconfiguration => ({
  name,
  id,
  plant: (home) => void Object.assign(home.env, env),
});

const mode = (name: string, id: string, bits: number, pathOf: (home: Home) => string): Misconfiguration => ({
  name,
  id,
  plant: (home) => chmodSync(pathOf(home), bits),
});

/** An account of another channel beside the advised one. */
const beside = (name: string, id: string, channel: string, account: object): Misconfiguration => ({
  name,
  id,
  plant: (home) => {
    home.config.channels[channel] = { ...account };
    home.secretFile("other");
    home.secretFile("third");
  },
});

const http = { secretFile: "secrets/other", callbackUrl: "https://app.example.com/loong" };
const webchat = { accessTokenFile: "secrets/other" };

const accessRows: readonly Misconfiguration[] = [
  access("anybody in private", "access.dm-open", { dmPolicy: "open" }),
  access("anybody in private, said with a star", "access.dm-open-wildcard", { dmPolicy: "open", allowFrom: ["*"] }),
  access("open, and a list that nobody looks at", "access.dm-open-despite-list", {
    dmPolicy: "open",
    allowFrom: ["ou_1"],
  }),
  access("pairing, and a star in the list", "access.dm-wildcard", { allowFrom: ["*"] }),
  access("a boundary around everything", "access.boundary-wildcard", { allowedChatIds: ["*"] }),
  access("a star among people in groups", "access.wildcard-without-effect", { groupAllowFrom: ["*"] }),
  access("a star among people of one group", "access.wildcard-without-effect", {
    groups: { oc_1: { allowFrom: ["*"] } },
  }),
  access("a user name", "access.mutable-id", { allowFrom: ["@ada"] }),
  access("a display name", "access.name-like-id", { allowFrom: ["Ada Lovelace"] }),
  access("a Chinese name in a group", "access.name-like-id", { groups: { oc_1: { allowFrom: ["王小明"] } } }),
  access("a mail address", "access.name-like-id", { groupAllowFrom: ["ada@example.com"] }),
  access("a blank entry", "access.blank-entry", { allowFrom: [""] }),
  access("people outside the boundary of people", "access.allow-from-outside-boundary", {
    allowFrom: ["ou_2"],
    allowedSenderIds: ["ou_1"],
  }),
  access("every group", "access.groups-open", { groupPolicy: "open" }),
  access("every group, and a list that nobody looks at", "access.groups-open-despite-list", {
    groupPolicy: "open",
    groupAllowFrom: ["ou_1"],
  }),
  access("every word of every group", "access.groups-open-unaddressed", { groupPolicy: "open", requireMention: false }),
  access("a star for every group", "access.groups-wildcard", { groups: { "*": {} } }),
  access("every word, by the star", "access.groups-wildcard-unaddressed", {
    groups: { "*": { requireMention: false } },
  }),
  access("every word of one group", "access.group-unaddressed", { groups: { oc_1: { requireMention: false } } }),
  access("a group outside the boundary", "access.group-unreachable", {
    allowedChatIds: ["oc_2"],
    groups: { oc_1: {} },
  }),
  {
    name: "one account wider than the block above it",
    id: "access.dm-open",
    plant: (home) => {
      home.secretFile("other");
      Object.assign(home.account, {
        dmPolicy: "allowlist",
        defaultAccount: "default",
        accounts: { loud: { appId: "cli_b", appSecretFile: "secrets/other", dmPolicy: "open" } },
      });
    },
  },
];

const configRows: readonly Misconfiguration[] = [
  { name: "a config that is torn", id: "config.unusable", plant: (home) => torn(home, "") },
  { name: "a torn config with a good copy", id: "config.last-good-in-use", plant: (home) => torn(home, "good") },
  access("a key with a slip of the pen", "config.unknown-key", { alowFrom: ["ou_1"] }),
  {
    name: "a setting in two spellings",
    id: "config.written-twice",
    plant: ({ account }) => void Object.assign(account, { dm_policy: "allowlist" }),
  },
  {
    name: "two accounts and no default",
    id: "config.default-account-guessed",
    plant: ({ config, secretFile }) => {
      secretFile("other");
      config.channels["feishu"] = {
        accounts: {
          one: { appId: "cli_a", appSecretFile: "secrets/app-secret" },
          two: { appId: "cli_b", appSecretFile: "secrets/other" },
        },
      };
    },
  },
];

function torn(home: Home, copy: string): void {
  home.configText = '{ "channels": { "feishu": {';
  if (copy !== "") home.write(home.at("cache", "config.last-good.json"), JSON.stringify(home.config));
  else rmSync(home.at("cache", "config.last-good.json"));
}

const secretRows: readonly Misconfiguration[] = [
  {
    name: "a secret typed into the config",
    id: "secrets.inline-in-config",
    plant: ({ account }) => {
      delete account["appSecretFile"];
      account["appSecret"] = STRONG;
    },
  },
  {
    name: "a provider's key typed into the config",
    id: "secrets.inline-in-config",
    plant: ({ config }) => {
      config.providers["volcengine"] = { kind: "volcengine", apiKey: STRONG };
    },
  },
  {
    name: "a header with a token",
    id: "secrets.inline-in-config",
    plant: ({ config }) => void Object.assign(config.providers["volcengine"] ?? {}, { headers: { "x-team": STRONG } }),
  },
  {
    name: "what a removed plugin left",
    id: "secrets.inline-in-unknown-block",
    plant: ({ config }) => {
      config.channels["gone"] = { botToken: STRONG };
    },
  },
  secretText("a word that stands for a secret", "secrets.placeholder", "changeme"),
  secretText("what the docs show", "secrets.placeholder", "your-app-secret-here"),
  secretText("a short secret", "secrets.short", "kx83mz91q"),
  environment("a short token of the metrics", "secrets.short", { LOONG_METRICS_TOKEN: "x7k2m9q4w1" }),
  secretText("a secret of one letter", "secrets.guessable", "a".repeat(32)),
  secretText("a secret that counts up", "secrets.guessable", "0123456789abcdefghij"),
  {
    name: "one secret for the channel and the provider",
    id: "secrets.reused-for-two-purposes",
    plant: ({ secretFile }) => {
      secretFile("app-secret", STRONG);
      secretFile("api-key", STRONG);
    },
  },
  {
    name: "one secret for the channel and the metrics",
    id: "secrets.reused-for-two-purposes",
    plant: ({ secretFile, env }) => {
      secretFile("app-secret", STRONG);
      env["LOONG_METRICS_TOKEN"] = STRONG;
    },
  },
  {
    name: "two accounts with one secret",
    id: "secrets.shared-by-accounts",
    plant: ({ config, secretFile }) => {
      config.channels["http"] = {
        defaultAccount: "one",
        accounts: {
          one: { ...http, webhookPath: "/one" },
          two: { ...http, secretFile: "secrets/third", webhookPath: "/two" },
        },
      };
      secretFile("other", STRONG);
      secretFile("third", STRONG);
    },
  },
  beside("an old secret that is still taken", "secrets.previous-still-good", "http", {
    ...http,
    previousSecret: { file: "secrets/third" },
  }),
  {
    name: "a key of a provider that is not used",
    id: "secrets.unused-provider-key",
    plant: ({ config, secretFile }) => {
      secretFile("other");
      config.providers["openai"] = { kind: "openai", apiKeyFile: "secrets/other" };
    },
  },
  {
    name: "a secret in a name",
    id: "secrets.in-plain-key",
    plant: ({ account, secretFile }) => {
      secretFile("app-secret", STRONG);
      account["name"] = `bot ${STRONG}`;
    },
  },
  {
    name: "somebody's token in a name",
    id: "secrets.in-plain-key",
    plant: ({ account }) => {
      account["name"] = `bot 123456789:${"AAbbCCdd-_".repeat(4).slice(0, 35)}`;
    },
  },
  {
    name: "a secret that the model is told",
    id: "secrets.in-prompt",
    plant: ({ config, secretFile }) => {
      secretFile("api-key", STRONG);
      config.agent = { systemPrompt: `Use the key ${STRONG} when you need it.` };
    },
  },
];

function secretText(name: string, id: string, text: string): Misconfiguration {
  return { name, id, plant: ({ secretFile }) => void secretFile("app-secret", text) };
}

const sourceRows: readonly Misconfiguration[] = [
  mode("a secret that everybody can read", "secrets.file-open", 0o644, ({ at }) => at("secrets", "app-secret")),
  mode("a secret that its group may change", "secrets.file-open", 0o620, ({ at }) => at("secrets", "app-secret")),
  mode("a secret that its group can read", "secrets.file-group-readable", 0o640, ({ at }) =>
    at("secrets", "app-secret"),
  ),
  {
    name: "a secret that belongs to somebody else",
    id: "secrets.file-foreign",
    asRoot: true,
    plant: ({ at }) => chownSync(at("secrets", "app-secret"), SOMEBODY, SOMEBODY),
  },
  {
    name: "a prompt that everybody may write",
    id: "secrets.file-open",
    plant: ({ config, secretFile }) => {
      chmodSync(secretFile("prompt", "You are helpful."), 0o666);
      Object.assign(config.providers["volcengine"] ?? {}, { systemPrompt: { file: "secrets/prompt" } });
    },
  },
  {
    name: "a secret behind a link",
    id: "secrets.file-linked",
    plant: ({ at }) => {
      renameSync(at("secrets", "app-secret"), at("secrets", "elsewhere"));
      symlinkSync(at("secrets", "elsewhere"), at("secrets", "app-secret"));
    },
  },
  {
    name: "a secret in a folder that is everybody's",
    id: "secrets.file-replaceable",
    plant: ({ account, directory, write }) => {
      account["appSecretFile"] = write(join(directory, "shared", "app-secret"), STRONG);
      chmodSync(join(directory, "shared"), 0o777);
    },
  },
  {
    name: "a command that everybody may change",
    id: "secrets.command-replaceable",
    plant: ({ account, directory, write }) => {
      delete account["appSecretFile"];
      account["appSecret"] = { exec: [write(join(directory, "bin", "secret"), "#!/bin/sh\n", 0o777), "app"] };
    },
  },
  {
    name: "a command that says the secret itself",
    id: "secrets.in-command",
    plant: ({ account }) => {
      delete account["appSecretFile"];
      account["appSecret"] = { exec: ["/bin/echo", STRONG] };
    },
  },
];

const fileRows: readonly Misconfiguration[] = [
  mode("a home that others may change", "files.home-writable", 0o770, ({ paths }) => paths.home),
  mode("a home that others can enter", "files.home-readable", 0o755, ({ paths }) => paths.home),
  mode("a home in a folder that is everybody's", "files.home-replaceable", 0o777, ({ directory }) => directory),
  configMode("a config that others may change", "files.config-writable", 0o620),
  configMode("a config that others can read", "files.config-readable", 0o644),
  {
    name: "a config in a folder that is everybody's",
    id: "files.config-replaceable",
    plant: (home) => {
      const folder = join(home.directory, "etc");
      home.env["LOONG_CONFIG"] = join(folder, "loong.json");
      home.paths = statePaths(home.env);
      for (const [key, name] of [
        ["channels", "app-secret"],
        ["providers", "api-key"],
      ] as const) {
        const [entry] = Object.values(home.config[key]);
        const file = Object.keys(entry ?? {}).find((each) => each.endsWith("File")) ?? "";
        if (entry !== undefined) entry[file] = home.at("secrets", name);
      }
      mkdirSync(folder);
      chmodSync(folder, 0o777);
    },
  },
  mode("a last good copy that others can read", "files.config-copy-readable", 0o644, ({ at }) =>
    at("cache", "config.last-good.json"),
  ),
  file("an editor's copy of the config", "files.config-copy-readable", ["config.json~"]),
  file("somebody's copy of the config", "files.config-copy-readable", ["config.backup.json"]),
  {
    name: "an environment file that others can read",
    id: "files.environment-file-open",
    plant: ({ at, write }) => void write(at("gateway.env"), "GREETING=hello\n", 0o644),
  },
  mode("data that others can enter", "files.state-folder-open", 0o755, ({ paths }) => paths.dataDir),
  mode("a run folder that others can enter", "files.run-folder-open", 0o711, ({ at }) => at("run")),
  { name: "a control socket for everybody", id: "files.socket-open", plant: openSocket },
  mode("facts that others may change", "files.run-file-open", 0o666, ({ paths }) => paths.ownerFile),
  mode("a journal that others can read", "files.journal-open", 0o644, ({ paths }) => paths.journalFile),
  mode(
    "a journal's newest pages that others can read",
    "files.journal-open",
    0o640,
    ({ paths }) => `${paths.journalFile}-wal`,
  ),
  file("a copy of the journal that others can read", "files.journal-copy-open", ["state", "journal.sqlite.backup"]),
  file("a backup that others can read", "files.backup-open", ["backups", "loong-2026-11-20.sqlite"]),
  {
    name: "a journal with a second name",
    id: "files.second-name",
    plant: ({ paths, directory }) => linkSync(paths.journalFile, join(directory, "peek.sqlite")),
  },
  mode("a log that others can read", "files.logs-open", 0o644, ({ paths }) =>
    join(paths.logsDir, "loong-2026-11-21.log"),
  ),
  mode("a logs folder that others can enter", "files.logs-open", 0o755, ({ paths }) => paths.logsDir),
  {
    name: "a journal that belongs to somebody else",
    id: "files.foreign-owner",
    asRoot: true,
    plant: (home) => {
      home.machine = { ...home.machine, userId: SOMEBODY - 1 };
      chownSync(home.paths.journalFile, SOMEBODY, SOMEBODY);
    },
  },
  {
    name: "a state folder that is a link",
    id: "files.state-linked",
    plant: ({ paths, directory }) => {
      renameSync(paths.dataDir, join(directory, "elsewhere"));
      symlinkSync(join(directory, "elsewhere"), paths.dataDir);
    },
  },
];

function configMode(name: string, id: string, bits: number): Misconfiguration {
  return { name, id, plant: (home) => void home.write(home.at("config.json"), "", bits) };
}

function file(name: string, id: string, path: readonly string[]): Misconfiguration {
  return { name, id, plant: ({ at, write }) => void write(at(...path), "", 0o644) };
}

async function openSocket({ paths }: Home): Promise<void> {
  const server = createServer();
  server.listen(paths.socketFile);
  await once(server, "listening");
  onTestFinished(() => void server.close());
  chmodSync(paths.socketFile, 0o666);
}

const placeRows: readonly Misconfiguration[] = [
  { name: "a home that is copied to a cloud", id: "place.synced-folder", plant: (home) => moveHome(home, "Dropbox") },
  {
    name: "a home that a program copies",
    id: "place.synced-folder",
    plant: ({ directory }) => mkdirSync(join(directory, ".stfolder")),
  },
  {
    name: "a home on another machine",
    id: "place.network-file-system",
    plant: (home) => {
      home.machine = { ...home.machine, fileSystemType: async () => 0x6969 };
    },
  },
  {
    name: "a home in a repository",
    id: "place.in-repository",
    plant: ({ directory }) => mkdirSync(join(directory, ".git")),
  },
];

function moveHome(home: Home, folder: string): void {
  const target = join(home.directory, folder, ".loong");
  mkdirSync(join(home.directory, folder));
  renameSync(home.paths.home, target);
  home.env["LOONG_HOME"] = target;
  home.paths = statePaths(home.env);
}

const logRows: readonly Misconfiguration[] = [
  {
    name: "a log that says everything",
    id: "logs.level-debug",
    plant: ({ config }) => {
      config.log = { level: "debug" };
    },
  },
  {
    name: "a secret in an old log",
    id: "logs.secret-inside",
    plant: ({ paths, secretFile, write }) => {
      secretFile("app-secret", STRONG);
      write(join(paths.logsDir, "loong-2026-11-20.log"), `{"message":"signing in with ${STRONG}"}\n`);
    },
  },
];

const gateway = (name: string, id: string, section: object): Misconfiguration => ({
  name,
  id,
  plant: ({ config }) => {
    config.gateway = { ...section };
  },
});

const networkRows: readonly Misconfiguration[] = [
  gateway("every address", "gateway.bind-everywhere", { bind: "0.0.0.0" }),
  gateway("every address, in IPv6", "gateway.bind-everywhere", { bind: "::" }),
  gateway("an address of the house", "gateway.bind-beyond-this-machine", { bind: "192.168.1.7" }),
  gateway("no limit for one person", "gateway.sender-limit-off", { messagesPerMinute: 0 }),
  gateway("texts for years", "gateway.texts-kept-long", { keepTextDays: 1_000 }),
  gateway("a public address without TLS", "gateway.public-url-plain", { publicUrl: "http://bots.example.com" }),
  gateway("a public address with a password", "gateway.public-url-credentials", {
    publicUrl: "https://ada:pw@bots.example.com",
  }),
  beside("a webhook on every address", "webhooks.bind-everywhere", "http", { ...http, webhookBind: "0.0.0.0:8080" }),
  beside("a chat page on every address", "webhooks.bind-everywhere", "webchat", { ...webchat, bind: "0.0.0.0:18790" }),
  beside("a chat page in the house", "webhooks.bind-beyond-this-machine", "webchat", {
    ...webchat,
    bind: "192.168.1.7:1",
  }),
  access("a webhook that nothing proves", "webhooks.unsigned", { mode: "webhook" }),
  {
    name: "another platform's webhook that nothing proves",
    id: "webhooks.unsigned",
    channel: "telegram",
    plant: ({ account }) => void Object.assign(account, { mode: "webhook", webhookUrl: "https://bots.example.com/t" }),
  },
  {
    name: "two accounts at one path",
    id: "webhooks.path-shared",
    plant: ({ config, secretFile }) => {
      secretFile("other");
      secretFile("third");
      const accounts = { one: http, two: { ...http, secretFile: "secrets/third" } };
      config.channels["http"] = { defaultAccount: "one", accounts };
    },
  },
  beside("every website", "webhooks.any-origin", "webchat", { ...webchat, allowedOrigins: ["*"] }),
  beside("a website without TLS", "webhooks.plain-origin", "webchat", {
    ...webchat,
    allowedOrigins: ["http://chat.example.com"],
  }),
  beside("a public chat page without a token", "webhooks.page-without-token", "webchat", {
    allowedOrigins: ["https://chat.example.com"],
  }),
  beside("a callback without TLS", "network.plain-http", "http", {
    ...http,
    callbackUrl: "http://app.example.com/loong",
  }),
  {
    name: "a provider without TLS",
    id: "network.plain-http",
    plant: ({ config }) =>
      void Object.assign(config.providers["volcengine"] ?? {}, { baseUrl: "http://llm.example.com/v1" }),
  },
  beside("a token in an address", "network.credentials-in-url", "http", {
    ...http,
    callbackUrl: "https://app.example.com/loong?access_token=abc",
  }),
  {
    name: "a password in a provider's address",
    id: "network.credentials-in-url",
    plant: ({ config }) =>
      void Object.assign(config.providers["volcengine"] ?? {}, { baseUrl: "https://a:b@llm.example.com/v1" }),
  },
  beside("leave to speak without TLS", "network.plain-http-allowed", "http", { ...http, allowHttp: true }),
  beside("leave to call into the house", "network.private-hosts-allowed", "webhook", {
    kind: "json",
    endpointUrlFile: "secrets/other",
    allowPrivateHosts: true,
  }),
  access("another server in the platform's place", "network.platform-address-changed", {
    baseUrl: "https://open.example.com",
  }),
  environment("another server, by the environment", "network.address-from-environment", {
    LARK_BASE_URL: "https://open.example.com",
  }),
];

const acme = { name: "acme-chat", id: "acme" };

const pluginRows: readonly Misconfiguration[] = [
  {
    name: "a plugin whose code was changed",
    id: "plugins.modified-on-disk",
    plant: (home) => writeFileSync(join(installStranger(home, acme), "index.js"), "export default 1;\n"),
  },
  {
    name: "a plugin that is gone",
    id: "plugins.missing",
    plant: (home) => rmSync(installStranger(home, acme), { recursive: true }),
  },
  {
    name: "a torn list of plugins",
    id: "plugins.lock-unreadable",
    plant: ({ paths, write }) => void write(join(paths.pluginsDir, "plugins.lock.json"), '{ "lockfileVersion": 1,'),
  },
  {
    name: "two packages with one name",
    id: "plugins.name-claimed-twice",
    plant: (home) => {
      installStranger(home, acme);
      installStranger(home, { name: "beta-talk", id: "acme" });
    },
  },
  {
    name: "a stranger in the place of Loong's own",
    id: "plugins.takes-own-place",
    plant: (home) => void installStranger(home, { name: "acme-talk", id: "telegram" }),
  },
  {
    name: "a package that is called almost like Loong's own",
    id: "plugins.look-alike",
    plant: (home) => void installStranger(home, { name: "@1oong/acme", id: "acme" }),
  },
  {
    name: "a plugin that npm put there",
    id: "plugins.unmanaged",
    plant: ({ paths }) => void writeStranger(join(paths.pluginsDir, "node_modules", "acme-chat"), acme),
  },
  {
    name: "a plugin that is a link",
    id: "plugins.linked",
    plant: (home) => {
      const folder = writeStranger(join(home.directory, "acme"), acme);
      installStranger(home, acme, { source: "link", folder, seal: "", packageJson: "" });
      rmSync(join(home.paths.pluginsDir, "store"), { recursive: true });
    },
  },
  {
    name: "a folder of one's own",
    id: "plugins.from-path",
    plant: ({ config, directory }) => {
      config.plugins = { paths: [writeStranger(join(directory, "acme"), acme)] };
    },
  },
  {
    name: "a plugin that others may change",
    id: "plugins.folder-replaceable",
    plant: (home) => chmodSync(join(installStranger(home, acme), "index.js"), 0o666),
  },
  {
    name: "a store that others may change",
    id: "plugins.store-open",
    plant: (home) => {
      installStranger(home, acme);
      chmodSync(home.paths.pluginsDir, 0o770);
    },
  },
  {
    name: "a list of hashes that others may change",
    id: "plugins.store-open",
    plant: (home) => {
      installStranger(home, acme);
      chmodSync(join(home.paths.pluginsDir, "plugins.lock.json"), 0o666);
    },
  },
  mode("a store that others can read", "plugins.store-readable", 0o755, ({ paths }) => paths.pluginsDir),
  {
    name: "a stranger's channel inside the gateway",
    id: "plugins.foreign-inline",
    plant: (home) => {
      installStranger(home, acme);
      home.config.plugins = { entries: { acme: { isolation: "inline" } } };
    },
  },
  {
    name: "a stranger's agent",
    id: "plugins.foreign-agent",
    plant: (home) => {
      installStranger(home, { name: "acme-mind", id: "mind", kind: "agent" });
      home.config.agent = { use: "mind" };
    },
  },
  {
    name: "Loong's name on a file from somewhere",
    id: "plugins.own-name-unproven",
    plant: (home) =>
      void installStranger(home, { name: "@loong/acme", id: "acme" }, { source: "tarball", spec: "./acme.tgz" }),
  },
  environment("a registry without TLS", "plugins.registry-plain-http", {
    npm_config_registry: "http://npm.example.com/",
  }),
  {
    name: "a registry without TLS, by ~/.npmrc",
    id: "plugins.registry-plain-http",
    plant: ({ directory, write }) => void write(join(directory, ".npmrc"), "registry=http://npm.example.com/\n"),
  },
];

const environmentRows: readonly Misconfiguration[] = [
  {
    name: "root",
    id: "environment.root",
    plant: (home) => {
      home.machine = { ...home.machine, isRoot: true };
    },
  },
  {
    name: "an old Node",
    id: "environment.node-unpatched",
    plant: (home) => {
      home.machine = { ...home.machine, nodeVersion: "24.1.0" };
    },
  },
  environment("certificates are not checked", "environment.tls-unverified", { NODE_TLS_REJECT_UNAUTHORIZED: "0" }),
  {
    name: "the service does not check certificates",
    id: "environment.tls-unverified",
    plant: ({ at, write }) => void write(at("gateway.env"), "NODE_TLS_REJECT_UNAUTHORIZED=0\n"),
  },
  environment("old TLS", "environment.tls-weakened", { NODE_OPTIONS: "--tls-min-v1.0" }),
  environment("keys in a file", "environment.tls-keys-logged", { NODE_OPTIONS: "--tls-keylog=/tmp/keys" }),
  environment("a debugger", "environment.inspector", {
    NODE_OPTIONS: "--max-old-space-size=512 --inspect=0.0.0.0:9229",
  }),
  environment("code before Loong's", "environment.code-preloaded", { NODE_OPTIONS: "--require /opt/agent.js" }),
  environment("lenient HTTP", "environment.http-lenient", { NODE_OPTIONS: "--insecure-http-parser" }),
  environment("a fix taken back", "environment.fixes-reverted", { NODE_OPTIONS: "--security-revert=CVE-2024-1" }),
  environment("memory in files", "environment.memory-dumped", { NODE_OPTIONS: "--heapsnapshot-signal=SIGUSR2" }),
  environment("Node says what it sends", "environment.node-debug", { NODE_DEBUG: "http,timers" }),
  environment("stacks", "environment.debug", { LOONG_DEBUG: "1" }),
  environment("a proxy's password", "environment.proxy-password", {
    HTTPS_PROXY: "http://ada:pw@proxy.example.com:3128",
  }),
  {
    name: "certificates that others may change",
    id: "environment.certificates-replaceable",
    plant: ({ directory, env, write }) => {
      env["NODE_EXTRA_CA_CERTS"] = write(join(directory, "ca.pem"), "", 0o666);
    },
  },
  environment("programs from wherever one is", "environment.path-relative", { PATH: "/usr/bin:.:/bin" }),
  {
    name: "programs from a folder that is everybody's",
    id: "environment.path-open",
    plant: ({ directory, env }) => {
      const folder = join(directory, "bin");
      mkdirSync(folder);
      chmodSync(folder, 0o777);
      env["PATH"] = `/usr/bin:${folder}`;
    },
  },
];

const unitFile = ({ machine, env }: Home): string =>
  serviceManager("loong-gateway", { platform: machine.platform, env, userId: 0 }).file;

/** The unit as it is installed. */
function unitText(home: Home): string {
  const environmentFile = home.at("gateway.env");
  const spec = { name: "loong-gateway", home: home.paths.home, searchPath: "/usr/bin:/bin", environmentFile };
  return serviceManager("loong-gateway", { ...home.machine, env: home.env, userId: 0 }).render({
    ...spec,
    command: ["/usr/bin/node", "/opt/loong/main.js", "gateway", "run"],
  });
}

const serviceRows: readonly Misconfiguration[] = [
  {
    name: "a unit that others may change",
    id: "service.file-writable",
    plant: (home) => void home.write(unitFile(home), unitText(home), 0o666),
  },
  {
    name: "a unit of somebody else's",
    id: "service.foreign-file",
    plant: (home) => void home.write(unitFile(home), "[Service]\nExecStart=/usr/bin/loong gateway run\n"),
  },
  {
    name: "a unit without its limits",
    id: "service.limits-removed",
    plant: (home) => void home.write(unitFile(home), unitText(home).replace("NoNewPrivileges=yes\n", "")),
  },
  {
    name: "a secret in the unit",
    id: "service.secret-inside",
    plant: (home) => {
      home.secretFile("app-secret", STRONG);
      home.write(unitFile(home), unitText(home).replace("UMask", `Environment="LARK_APP_SECRET=${STRONG}"\nUMask`));
    },
  },
  {
    name: "a secret in what is laid over the unit",
    id: "service.secret-inside",
    plant: (home) => {
      home.secretFile("api-key", OTHER);
      home.write(unitFile(home), unitText(home));
      home.write(`${unitFile(home)}.d/override.conf`, `[Service]\nEnvironment=ARK_API_KEY=${OTHER}\n`);
    },
  },
  {
    name: "a service that uses another home",
    id: "service.other-home",
    plant: ({ at, write }) => void write(at("gateway.env"), "LOONG_HOME=/srv/loong\n"),
  },
];

export const misconfigurations: readonly Misconfiguration[] = [
  ...accessRows,
  ...configRows,
  ...secretRows,
  ...sourceRows,
  ...fileRows,
  ...placeRows,
  ...logRows,
  ...networkRows,
  ...pluginRows,
  ...environmentRows,
  ...serviceRows,
];

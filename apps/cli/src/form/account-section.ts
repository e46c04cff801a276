import {
  type AccountConfig,
  configSchema,
  formatPath,
  getValue,
  type KeyPath,
  parsePath,
  propertiesOf,
} from "@loong/config";
import type { ChannelRecord } from "@loong/host/plugins";
import { tryAccount } from "@loong/host/trial";
import type { ProbeReport } from "@loong/sdk";
import { cliErrors } from "../errors.ts";
import { readGatewayStatus } from "../gateway-report.ts";
import { accessFields } from "./access.ts";
import type { Desk } from "./desk.ts";
import { type Field, fieldsOf } from "./fields.ts";
import { type Answers, type Patch, patchAt, type Section, type Verdict } from "./section.ts";
import { standingIn } from "./standing.ts";

const ACCOUNT_ID = /^[A-Za-z0-9][\w.-]{0,63}$/u;

/**
 * One account of a channel, there already or to be made.
 *
 * @param name - Id or alias of the channel, as the operator says it.
 * @param accountId - Absent: the operator is asked when there is a choice.
 */
export async function accountSection(desk: Desk, name: string, accountId?: string): Promise<Section> {
  const record = desk.state.plugins.channel(name);
  const { manifest } = record;
  const id = accountId ?? (await chooseAccount(desk, record));
  if (!ACCOUNT_ID.test(id)) throw cliErrors.CLI_ACCOUNT_NAME([id]);
  const known = accountsOf(desk, record).find((account) => account.id === id);
  const path = known === undefined ? newPath(desk, record, name, id) : parsePath(known.configPath);
  const block = ["channels", manifest.id];
  const isBlock = path.at(-2) !== "accounts";
  const ownsEnv = known === undefined ? isBlock : known.isDefault || isBlock;
  const switchedOn = known?.enabled === false ? await switchOn(desk, path, block) : {};
  const isServed = await isServedNow(desk, manifest.id, id);
  const patch = (answers: Answers): Patch => patchAt(path, answers);
  return {
    title: isBlock ? manifest.label : `${manifest.label}, account ${id}`,
    path,
    fields: [...fieldsOf(manifest.account), ...accessFields(blockSchema(desk, manifest.id), manifest.serves)],
    preset: switchedOn,
    standing: (field) => standingIn(desk.state.config, field, isBlock ? [path] : [path, block]),
    envNames: (field) => (ownsEnv ? field.env : []),
    likelyNames: (field) => likelyNames(field, ownsEnv ? undefined : id),
    patch,
    ...(isServed
      ? { caution: "The running gateway serves this account; a trial may cut its connection for a while." }
      : {}),
    trial: async (answers) => {
      const config = await desk.configAfter(patch(answers));
      const { paths, plugins } = desk.state;
      return verdictOf(await tryAccount({ config, paths, plugins, now: desk.cli.now }, manifest.id, id));
    },
  };
}

async function isServedNow({ state }: Desk, channel: string, account: string): Promise<boolean> {
  const { surfaces } = await readGatewayStatus(state.paths);
  return surfaces.some((surface) => surface.channel === channel && surface.account === account);
}

function accountsOf({ state }: Desk, { manifest }: ChannelRecord): readonly AccountConfig[] {
  return state.config.accounts.filter(({ channel }) => channel === manifest.id);
}

const NEW = "+";

async function chooseAccount(desk: Desk, record: ChannelRecord): Promise<string> {
  const accounts = accountsOf(desk, record);
  if (accounts.length === 0) return "default";
  const answer = await desk.prompts.choose({
    message: `Which account of ${record.manifest.label}?`,
    choices: [
      ...accounts.map(({ id, configPath, enabled }) => ({
        value: id,
        label: enabled ? id : `${id} (switched off)`,
        hint: configPath,
      })),
      { value: NEW, label: "A new one" },
    ],
  });
  return answer === NEW ? nameAccount(desk, accounts) : answer;
}

async function nameAccount({ prompts }: Desk, accounts: readonly AccountConfig[]): Promise<string> {
  const name = await prompts.text({
    message: "What is the new account called?",
    placeholder: "such as work",
    check: (typed) => {
      if (accounts.some(({ id }) => id === typed.trim())) return "There is an account of this name.";
      return ACCOUNT_ID.test(typed.trim()) ? undefined : "Letters, digits, dots, - and _; a letter or a digit first.";
    },
  });
  return name.trim();
}

/** The first account is the channel's block itself; from then on each has a table of its own under `accounts`. */
function newPath(desk: Desk, record: ChannelRecord, name: string, id: string): KeyPath {
  const isFirst = accountsOf(desk, record).length === 0 && id === "default";
  return isFirst ? ["channels", name] : ["channels", name, "accounts", id];
}

/** What switches an account on. A channel that is off as a whole is not switched on for the sake of one account. */
async function switchOn({ prompts, state }: Desk, path: KeyPath, block: KeyPath): Promise<Answers> {
  const isOff = (table: KeyPath): boolean => getValue(state.config, [...table, "enabled"]).value === false;
  if (!isOff(path)) {
    prompts.say("warn", `The whole channel is switched off. \`loong config set ${formatPath(block)}.enabled true\``);
    return {};
  }
  const wanted = await prompts.confirm({
    message: `${formatPath(path)} is switched off. Switch it on?`,
    initial: true,
  });
  return wanted ? { enabled: true } : {};
}

function blockSchema({ edit }: Desk, channel: string) {
  const channels = propertiesOf(configSchema(edit.manifests))["channels"] ?? {};
  return propertiesOf(channels)[channel] ?? {};
}

/** An account with a name of its own does not share the variables of the default one. */
function likelyNames({ env }: Field, account: string | undefined): readonly string[] {
  return account === undefined ? env : env.map((name) => `${name}_${account.toUpperCase().replaceAll(/\W/gu, "_")}`);
}

function verdictOf({ ok, identity, problems, notices = [] }: ProbeReport): Verdict {
  const who = identity?.name === undefined ? identity?.id : `${identity.name} (${identity.id})`;
  const summary = ok ? `It works${who === undefined ? "" : ` as ${who}`}.` : "It does not work.";
  return { ok, summary, problems, notices };
}

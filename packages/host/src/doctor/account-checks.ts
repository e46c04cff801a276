import type { AccountConfig } from "@loong/config";
import type { ProbeReport, WebhookFeature } from "@loong/sdk";
import { createAccount } from "../account/account.ts";
import { parseBind } from "../http/bind.ts";
import type { OpenAccount, OpeningOptions } from "../open-account.ts";
import { type ChannelRecord, isChannelRecord } from "../plugins/index.ts";
import { type HostState, isPluginEnabled } from "../state.ts";
import { type Check, fail, failedBy, note, ok, warn } from "./check.ts";
import { problemCheck } from "./config-check.ts";
import { credentialsOf } from "./credentials.ts";
import { type Bearer, checkTwins } from "./twins.ts";

const PROBE_TIMEOUT_MS = 30_000;

export interface AccountCheckOptions {
  readonly opening: OpeningOptions;
  readonly offline: boolean;
  /** What the running gateway finds when it asks the platform; `undefined` when it does not have the account. */
  readonly probedByGateway?: (channel: string, account: string) => Promise<ProbeReport | undefined>;
}

interface Surroundings extends AccountCheckOptions {
  /** Webhook paths seen so far, and whose they are. */
  readonly paths: Map<string, string>;
}

interface Finding {
  readonly checks: readonly Check[];
  readonly bearer?: Bearer;
}

/** Every enabled account: its configuration, its webhook, and (unless `offline`) what its platform says. */
export async function checkAccounts(state: HostState, options: AccountCheckOptions): Promise<readonly Check[]> {
  const surroundings = { ...options, paths: new Map<string, string>() };
  const findings = await Promise.all(
    state.config.accounts
      .filter(({ enabled, channel }) => enabled && isPluginEnabled(state.config, channel))
      .map(async (account): Promise<Finding> => {
        const record = state.plugins.find(account.channel);
        if (record === undefined || !isChannelRecord(record)) return { checks: [] };
        return checkAccount(state, account, record, surroundings);
      }),
  );
  const bearers = findings.flatMap(({ bearer }) => (bearer === undefined ? [] : [bearer]));
  return [...findings.flatMap(({ checks }) => checks), ...checkTwins(bearers)];
}

async function checkAccount(
  state: HostState,
  config: AccountConfig,
  record: ChannelRecord,
  surroundings: Surroundings,
): Promise<Finding> {
  const id = `account.${config.channel}.${config.id}`;
  const problems = config.problems.map(problemCheck);
  if (problems.some(({ level }) => level === "fail")) return { checks: problems };
  const account = createAccount(state.config, config, record, surroundings.opening);
  try {
    const opened = await account.open();
    const material = problems.length === 0 ? [ok(`${id}.config`, config.configPath)] : problems;
    const checks = [...material, ...checkWebhook(id, opened, surroundings.paths)];
    const credentials = record.manifest.serves ? await credentialsOf(state.config, config) : undefined;
    const probe = surroundings.offline ? undefined : await probeOnce(config, surroundings, account.probe);
    return {
      checks: probe === undefined ? checks : [...checks, ...probeChecks(`${id}.probe`, probe)],
      ...(record.manifest.serves && { bearer: bearerOf(config, credentials, probe) }),
    };
  } catch (error) {
    return { checks: [...problems, failedBy(`${id}.config`, error)] };
  } finally {
    await account.forget();
  }
}

/** A second connection could push the gateway's own aside, so that one asks when it runs. */
async function probeOnce(
  { channel, id }: AccountConfig,
  { probedByGateway }: Surroundings,
  probe: (signal: AbortSignal) => Promise<ProbeReport>,
): Promise<ProbeReport> {
  return (await probedByGateway?.(channel, id)) ?? probe(AbortSignal.timeout(PROBE_TIMEOUT_MS));
}

function probeChecks(id: string, { ok: works, identity, problems, notices = [] }: ProbeReport): readonly Check[] {
  const who = identity === undefined ? "works" : `works as ${identity.name ?? identity.id}`;
  const faults = problems.map(({ code, message, hint }) =>
    (works ? warn : fail)(id, `${code}: ${message}`, hint ?? "`loong logs` has the details."),
  );
  if (!works && faults.length === 0) faults.push(fail(id, "The probe failed.", "`loong logs` has the details."));
  return [...(works ? [ok(id, who)] : []), ...faults, ...notices.map((notice) => note(id, notice))];
}

function bearerOf(
  { channel, id, configPath }: AccountConfig,
  credentials: string | undefined,
  probe: ProbeReport | undefined,
): Bearer {
  const identity = probe?.identity;
  return {
    channel,
    account: id,
    configPath,
    ...(credentials === undefined ? {} : { credentials }),
    ...(identity === undefined ? {} : { identity: identity.id }),
  };
}

function checkWebhook(id: string, { channel }: OpenAccount, paths: Map<string, string>): readonly Check[] {
  if (channel.webhook === undefined) return [];
  try {
    const place = placeOf(channel.webhook);
    const owner = paths.get(place);
    if (owner === undefined) {
      paths.set(place, id);
      return [ok(`${id}.webhook`, place)];
    }
    const detail = `${place} is the webhook of ${owner} too.`;
    return [fail(`${id}.webhook`, detail, "Give one of the two another webhookPath.")];
  } catch (error) {
    return [failedBy(`${id}.webhook`, error)];
  }
}

function placeOf({ path, bind }: WebhookFeature): string {
  return bind === undefined ? path : `${parseBind(bind).host}:${parseBind(bind).port}${path}`;
}

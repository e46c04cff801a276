import { createAccount } from "../account/account.ts";
import { parseBind } from "../http/bind.ts";
import type { OpeningOptions } from "../open-account.ts";
import { type ChannelRecord, isChannelRecord } from "../plugins/index.ts";
import { isPluginEnabled, type HostState } from "../state.ts";
import type { AccountConfig } from "@loong/config";
import type { WebhookFeature } from "@loong/sdk";
import { type Check, fail, failedBy, ok, warn } from "./check.ts";
import { problemCheck } from "./config-check.ts";

const PROBE_TIMEOUT_MS = 30_000;

/** Every enabled account: its configuration, its webhook, and (unless `offline`) what its platform says. */
export async function checkAccounts(
  state: HostState,
  opening: OpeningOptions,
  offline: boolean,
): Promise<readonly Check[]> {
  const paths = new Map<string, string>();
  const checks = state.config.accounts
    .filter(({ enabled, channel }) => enabled && isPluginEnabled(state.config, channel))
    .map(async (config) => {
      const record = state.plugins.find(config.channel);
      if (record === undefined || !isChannelRecord(record)) return [];
      return checkAccount(state, config, record, { opening, offline, paths });
    });
  return (await Promise.all(checks)).flat();
}

interface Surroundings {
  readonly opening: OpeningOptions;
  readonly offline: boolean;
  /** Webhook paths seen so far, and whose they are. */
  readonly paths: Map<string, string>;
}

async function checkAccount(
  state: HostState,
  config: AccountConfig,
  record: ChannelRecord,
  { opening, offline, paths }: Surroundings,
): Promise<readonly Check[]> {
  const id = `account.${config.channel}.${config.id}`;
  const problems = config.problems.map(problemCheck);
  if (problems.some(({ level }) => level === "fail")) return problems;
  const account = createAccount(state.config, config, record, opening);
  try {
    const { channel } = await account.open();
    const material = problems.length === 0 ? [ok(`${id}.config`, config.configPath)] : problems;
    const webhook = channel.webhook === undefined ? [] : [checkWebhook(id, channel.webhook, paths)];
    if (offline) return [...material, ...webhook];
    const { ok: works, identity, problems: faults } = await account.probe(AbortSignal.timeout(PROBE_TIMEOUT_MS));
    const probe = works
      ? [ok(`${id}.probe`, identity === undefined ? "works" : `works as ${identity.name ?? identity.id}`)]
      : [];
    const failures = faults.map(({ code, message, hint }) =>
      (works ? warn : fail)(`${id}.probe`, `${code}: ${message}`, hint ?? "`loong logs` has the details."),
    );
    return [...material, ...webhook, ...probe, ...failures];
  } catch (error) {
    return [...problems, failedBy(`${id}.config`, error)];
  } finally {
    await account.forget();
  }
}

function checkWebhook(id: string, { path, bind }: WebhookFeature, paths: Map<string, string>): Check {
  try {
    const place = bind === undefined ? path : `${parseBind(bind).host}:${parseBind(bind).port}${path}`;
    const owner = paths.get(place);
    if (owner === undefined) {
      paths.set(place, id);
      return ok(`${id}.webhook`, place);
    }
    return fail(
      `${id}.webhook`,
      `${place} is the webhook of ${owner} too.`,
      "Give one of the two another webhookPath.",
    );
  } catch (error) {
    return failedBy(`${id}.webhook`, error);
  }
}

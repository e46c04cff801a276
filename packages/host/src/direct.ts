import { randomUUID } from "node:crypto";
import type { AccountReport, ProbeRequest, SendRequest, SendResult } from "@loong/api";
import { asError, findAccount, sectionFault } from "@loong/config";
import type { AgentEvent, ModelList, Turn } from "@loong/sdk";
import { createAccount } from "./account/account.ts";
import { accountReport } from "./account/report.ts";
import { createAgent } from "./agents.ts";
import { systemClock } from "./clock.ts";
import { connectControl } from "./control/index.ts";
import { sendDirectly } from "./direct-send.ts";
import { hostErrors } from "./errors.ts";
import { openLog } from "./log/index.ts";
import type { HostOptions } from "./options.ts";
import { readOwner } from "./owner/index.ts";
import { createPluginLoader } from "./plugin-loader.ts";
import { isChannelRecord } from "./plugins/index.ts";
import { secureRandom } from "./random.ts";
import { readState } from "./state.ts";

export type { HostOptions } from "./options.ts";

/** One command's own use of accounts and agent. Sends and probes go through the running gateway when there is one. */
export interface Direct {
  /** @throws CONFIG_*, PLUGIN_NOT_FOUND when the account cannot be told; a failed delivery is a result. */
  send(request: SendRequest): Promise<SendResult>;
  probe(filter: ProbeRequest): Promise<AccountReport[]>;
  /**
   * One question without history.
   * @throws CONFIG_* when the file says of the agent what cannot be.
   */
  ask(question: { readonly message: string }, signal: AbortSignal): AsyncIterable<AgentEvent>;
  models(): Promise<ModelList>;
  /** What is configured, without asking anybody. */
  accounts(): readonly AccountReport[];
  close(): Promise<void>;
}

const PROBE_TIMEOUT_MS = 30_000;
const MODELS_TIMEOUT_MS = 30_000;

/** Opens nothing but the log: accounts and agent follow when they are asked for. */
export async function openDirect(options: HostOptions): Promise<Direct> {
  const { config, paths, plugins } = await readState(options);
  const { now } = options;
  const log = openLog({ dir: paths.logsDir, level: config.log.level, verbose: false, stderr: false, now });
  const loader = createPluginLoader({ paths, config: () => config, log, now });
  const agent = createAgent({ config, paths, plugins, loader, log, now });
  const opening = { paths, log, now, load: loader.channel };
  const accounts = config.accounts.flatMap((account) => {
    const record = plugins.find(account.channel);
    return record === undefined || !isChannelRecord(record) ? [] : [createAccount(config, account, record, opening)];
  });

  async function hasGateway(): Promise<boolean> {
    return (await readOwner(paths))?.running === true;
  }

  return {
    async send(request) {
      const account = findAccount(config, plugins.channel(request.channel).manifest.id, request.account);
      const exact = { ...request, channel: account.channel, account: account.id };
      if (await hasGateway()) return connectControl(paths).send(exact);
      const found = accounts.find((each) => each.config === account);
      if (found === undefined) throw hostErrors.HOST_ACCOUNT_GONE([account.channel, account.id]);
      return sendDirectly(found, exact, { clock: systemClock(now), random: secureRandom, log });
    },
    async probe({ channel, account }) {
      const filter = {
        ...(channel === undefined ? {} : { channel: plugins.channel(channel).manifest.id }),
        ...(account === undefined ? {} : { account }),
      };
      if (await hasGateway()) return connectControl(paths).probe(filter);
      const chosen = accounts.filter(({ config: each }) => each.enabled && matches(each.channel, each.id, filter));
      return Promise.all(
        chosen.map(async (each) => {
          const probe = await each.probe(AbortSignal.timeout(PROBE_TIMEOUT_MS));
          return accountReport(each.config, each.record, { probe });
        }),
      );
    },
    ask({ message }, signal) {
      const fault = sectionFault(config, "agent");
      if (fault !== undefined) throw asError(fault);
      return agent.run(singleTurn(message, config.agent.systemPrompt), signal);
    },
    async models() {
      const models = await agent.models();
      return models.list(AbortSignal.timeout(MODELS_TIMEOUT_MS));
    },
    accounts: () => accounts.map((account) => accountReport(account.config, account.record)),
    async close() {
      await Promise.all([...accounts.map((account) => account.forget()), agent.close()]);
      loader.close();
      await log.close();
    },
  };
}

function matches(channel: string, account: string, filter: ProbeRequest): boolean {
  return (
    (filter.channel === undefined || filter.channel === channel) &&
    (filter.account === undefined || filter.account === account)
  );
}

function singleTurn(message: string, systemPrompt: string | undefined): Turn {
  return {
    id: randomUUID(),
    conversationKey: "direct/operator",
    conversation: { id: "direct", type: "direct" },
    ...(systemPrompt === undefined ? {} : { systemPrompt }),
    history: [],
    input: { sender: { id: "operator" }, text: message },
  };
}

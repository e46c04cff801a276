import { holdsCredentials, isPlain, reachOf, reachOfBind } from "../address.ts";
import { type Rule, unsetKey } from "../rule.ts";
import { type Bound, boundAddresses } from "../served-values.ts";
import type { Sight } from "../sight.ts";

const LONG_DAYS = 90;

/** Listeners, how the outside finds them, and what the gateway does for everybody alike. */
export const gatewayRules: readonly Rule[] = [
  {
    id: "gateway.bind-everywhere",
    severity: "warning",
    title: "The gateway listens on every address of this machine",
    why: "It is reached around the proxy that was to stand before it, without TLS and from every network.",
    mend: () => "Listen for the proxy only: `loong config set gateway.bind 127.0.0.1`.",
    find: ({ config: { gateway } }) =>
      reachOf(gateway.bind) === "everywhere"
        ? [{ key: "gateway.bind", found: `gateway.bind is ${gateway.bind}.` }]
        : [],
  },
  {
    id: "gateway.bind-beyond-this-machine",
    severity: "info",
    title: "The gateway listens beyond this machine",
    why: "It speaks HTTP without TLS: what stands between must be trusted.",
    mend: () => "If a proxy runs on this machine: `loong config set gateway.bind 127.0.0.1`.",
    find: ({ config: { gateway } }) =>
      reachOf(gateway.bind) === "one address"
        ? [{ key: "gateway.bind", found: `gateway.bind is ${gateway.bind}.` }]
        : [],
  },
  {
    id: "gateway.public-url-plain",
    severity: "warning",
    title: "Platforms are told an address without TLS",
    why: "Everybody on the way can read what people say, and what proves that it comes from the platform.",
    mend: ({ key }) => `Put TLS before the gateway and run \`loong config set ${key} https://…\`.`,
    find: (sight) => publicUrl(sight, isPlain, "gateway.publicUrl begins with http:."),
  },
  {
    id: "gateway.public-url-credentials",
    severity: "warning",
    title: "The public address has a password or a token in it",
    why: "Addresses are shown, logged and sent on.",
    mend: unsetKey,
    find: (sight) => publicUrl(sight, holdsCredentials, "gateway.publicUrl holds a password or a token."),
  },
  {
    id: "gateway.sender-limit-off",
    severity: "warning",
    title: "One person may write any number of messages",
    why: "Each runs the model: one person, or a program that has got hold of an account, uses up what you pay for.",
    mend: unsetKey,
    find: ({ config: { gateway } }) =>
      gateway.messagesPerMinute === 0
        ? [{ key: "gateway.messagesPerMinute", found: "gateway.messagesPerMinute is 0: any number." }]
        : [],
  },
  {
    id: "gateway.texts-kept-long",
    severity: "info",
    title: `What people said is kept for more than ${LONG_DAYS} days`,
    why: "What is not there any more cannot get out.",
    mend: unsetKey,
    find: ({ config: { gateway } }) =>
      gateway.keepTextDays > LONG_DAYS
        ? [{ key: "gateway.keepTextDays", found: `Texts are kept for ${gateway.keepTextDays} days.` }]
        : [],
  },
  {
    id: "webhooks.bind-everywhere",
    severity: "warning",
    title: "An account listens on every address of this machine",
    why: "It is reached around the proxy that was to stand before it, without TLS and from every network.",
    mend: ({ key }) => `Listen for the proxy only: \`loong config set ${key} 127.0.0.1:PORT\`.`,
    find: (sight) => boundTo(sight, "everywhere"),
  },
  {
    id: "webhooks.bind-beyond-this-machine",
    severity: "info",
    title: "An account listens beyond this machine",
    why: "It speaks HTTP without TLS: what stands between must be trusted.",
    mend: ({ key }) => `If a proxy runs on this machine: \`loong config set ${key} 127.0.0.1:PORT\`.`,
    find: (sight) => boundTo(sight, "one address"),
  },
];

function publicUrl({ config }: Sight, isWrong: (url: URL) => boolean, found: string) {
  const url = URL.parse(config.gateway.publicUrl ?? "");
  return url !== null && isWrong(url) ? [{ key: "gateway.publicUrl", found }] : [];
}

function boundTo(sight: Sight, reach: ReturnType<typeof reachOf>) {
  return boundAddresses(sight)
    .filter(({ bind }: Bound) => reachOfBind(bind) === reach)
    .map(({ key, bind }) => ({ key, found: `${key} is ${bind}.` }));
}

import type { GatewayStatus } from "@loong/api";

/** The status as Prometheus reads it (text format 0.0.4; https://prometheus.io/docs/instrumenting/exposition_formats/, read 2026-11-21). */
export function metricsText(
  status: GatewayStatus,
  process: { readonly rssBytes: number; readonly uptimeSeconds: number },
): string {
  const { surfaces, queues } = status;
  const accounts = surfaces.map(({ channel, account, state }) => [{ channel, account, state }, 1] as const);
  const received = surfaces.map(({ channel, account, received }) => [{ channel, account }, received] as const);
  const refused = surfaces.flatMap(({ channel, account, refused }) =>
    Object.entries(refused).map(([reason, count]) => [{ channel, account, reason }, count] as const),
  );
  return [
    family("loong_ready", "gauge", "1 when every account can receive.", [[{}, status.ready ? 1 : 0]]),
    family("loong_account_state", "gauge", "1 for the state an account is in.", accounts),
    family("loong_events_received_total", "counter", "Events that were stored.", received),
    family("loong_requests_refused_total", "counter", "Webhook requests that were not taken.", refused),
    family("loong_inbox_messages", "gauge", "Messages by state.", byState(queues?.inbox)),
    family("loong_outbox_parts", "gauge", "Parts of replies by state.", byState(queues?.outbox)),
    family("loong_running_turns", "gauge", "Turns under way.", [[{}, queues?.runningTurns ?? 0]]),
    family("process_resident_memory_bytes", "gauge", "Memory in use.", [[{}, process.rssBytes]]),
    family("process_uptime_seconds", "gauge", "Age of the process.", [[{}, Math.round(process.uptimeSeconds)]]),
  ].join("");
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

function byState(counts: Readonly<Record<string, number>> = {}): readonly Sample[] {
  return Object.entries(counts).map(([state, count]) => [{ state }, count]);
}

function family(name: string, type: "gauge" | "counter", help: string, samples: readonly Sample[]): string {
  const lines = samples.map(([labels, value]) => `${name}${labelText(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, escapeLabel)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escapeLabel(character: string): string {
  return character === "\n" ? "\\n" : `\\${character}`;
}

export { checkJournalDuty, journalConformance, journalDuties } from "./journal/conformance.ts";
export type { JournalDuties, JournalHarness } from "./journal/harness.ts";
export { sampleBatch, sampleEntry, sampleEvent, samplePart, sampleSettlement } from "./journal/samples.ts";
export { channelCases, channelConformance } from "./channel/conformance.ts";
export { type ChannelCase, type ChannelContext, runCase } from "./channel/context.ts";
export type { ChannelCaseName } from "./channel/case-names.ts";
export type * from "./channel/harness.ts";
export { eventually } from "./checks/waiting.ts";
export { createGatewayEnd, type Gate, type GatewayEnd } from "./author/gateway-end.ts";
export { type ServedChannel, type ServeOptions, serveForTest } from "./author/serve.ts";
export { type StartedChannel, startChannel } from "./author/start.ts";
export { serveWebhook, type WebhookServer } from "./author/webhook-server.ts";
export { createTestHost, type LogLine, type TestHost, type TestHostOptions } from "./author/test-host.ts";
export { createVirtualClock, type VirtualClock } from "./clock.ts";
export { createFaults, type Faults } from "./faults.ts";
export {
  createMemoryChannel,
  type MemoryAccount,
  type MemoryChannel,
  type MemoryChannelOptions,
  type MemoryPlatform,
  type MemorySaid,
} from "./memory-channel/channel.ts";
export type { MemoryMessage } from "./memory-channel/rooms.ts";
export { type AgentCase, type AgentCaseName, agentCases } from "./agent/cases.ts";
export { agentConformance } from "./agent/conformance.ts";
export { type AgentContext, runAgentCase } from "./agent/context.ts";
export type * from "./agent/harness.ts";

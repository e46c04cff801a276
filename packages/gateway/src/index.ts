export { gatewayErrors } from "./errors.ts";
export { type AccountInbound, createGateway, type Gateway, type Load, type SendRequest } from "./gateway.ts";
export type { Operations } from "./operations.ts";
export type { PairingChoice } from "./policy/pairing.ts";
export type * from "./ports.ts";
export { defaultSettings, type GatewaySettings } from "./settings.ts";

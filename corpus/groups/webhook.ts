import type { Bench } from "../bench.ts";
import { exchange, type House } from "../house.ts";
import { factsOf, gatewayBench, send } from "./gateway.ts";
import type { RequestInput } from "./requests.ts";

/** Either a request as `RequestInput` describes it, or texts and pauses as they go into the socket. */
type Input = RequestInput & { readonly raw?: readonly (string | number)[] };

/** Whatever comes in on the gateway's port. */
export async function openWebhookBench(house: House): Promise<Bench> {
  return gatewayBench(house, async (input) => {
    const { raw, ...request } = house.named(input) as unknown as Input;
    const answer = raw === undefined ? await send(request, house) : await exchange(house.tcp, raw.map(bytesOf));
    return { is: factsOf(answer), said: answer.text };
  });
}

function bytesOf(piece: string | number): Uint8Array | number {
  return typeof piece === "number" ? piece : Buffer.from(piece, "latin1");
}

import type { Bench } from "../bench.ts";
import type { Json } from "../fixture.ts";
import { exchange, type House } from "../house.ts";
import { factsOf, gatewayBench } from "./gateway.ts";

interface Input {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json;
  /** Asked so often; the last answer counts. */
  readonly times?: number;
  readonly raw?: readonly (string | number)[];
}

/** Whatever comes in on the control socket, which only this user may open. */
export async function openControlBench(house: House): Promise<Bench> {
  return gatewayBench(house, async (input) => {
    const { method = "POST", path, headers = {}, body = "", raw, times = 1 } = house.named(input) as unknown as Input;
    const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
    const proper = { host: "control", "content-type": "application/json", "content-length": String(bytes.length) };
    const lines = Object.entries({ ...proper, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
    const pieces = raw?.map((piece) => (typeof piece === "number" ? piece : Buffer.from(piece, "latin1")));
    const ask = () => exchange({ path: house.socketPath }, pieces ?? [Buffer.concat([head, bytes])]);
    let answer = await ask();
    for (let count = 1; count < times; count++) answer = await ask();
    const { closed: _closed, ...facts } = factsOf(answer);
    return { is: facts, said: answer.text };
  });
}

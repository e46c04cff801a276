import type { JsonSchema } from "@loong/sdk";
import { expected } from "../schema/describe.ts";

/** What was expected instead of `value`, in words without the value; `undefined` when it is right. */
export type ValueJudge = (schema: JsonSchema, value: unknown) => string | undefined;

/** For single values before they are written. Loads the schema compiler. */
export async function loadValueJudge(): Promise<ValueJudge> {
  const { wrongValues } = await import("./types.ts");
  return (schema, value) => {
    const [wrong] = wrongValues(schema)(value);
    return wrong === undefined ? undefined : expected(wrong.schema);
  };
}

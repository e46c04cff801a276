import type { JsonValue } from "@loong/sdk";
import { type Asking, emptyFault, isSet, messageOf } from "./asking.ts";
import { type Field, faultOf } from "./fields.ts";
import type { Choice } from "./prompts.ts";

type Way = "keep" | "type" | "env" | "file" | "none";

/** Asks where a secret is, or for the secret itself. What there is is never shown. */
export async function askSecret(field: Field, asking: Asking): Promise<JsonValue | undefined> {
  const ways = waysOf(field, asking);
  const initial = asking.standing.kind === "nothing" ? (likelyName(asking) === undefined ? "type" : "env") : "keep";
  const way = await asking.prompts.choose<Way>({ message: messageOf(field), choices: ways, initial });
  if (way === "type") return typeSecret(field, asking);
  if (way === "env") return nameVariable(field, asking);
  if (way === "file") return nameFile(field, asking);
  return way === "none" && asking.standing.kind !== "nothing" ? null : undefined;
}

function waysOf(field: Field, asking: Asking): readonly Choice<Way>[] {
  const { standing } = asking;
  const isThere = standing.kind !== "nothing";
  const keep = standing.kind === "reference" ? `Keep it as it is: from ${standing.where}` : "Keep the one there is";
  const set = likelyName(asking);
  return [
    ...(isThere ? [{ value: "keep", label: keep } as const] : []),
    { value: "type", label: "Type it", hint: "stands in the config file, which only you can read" },
    {
      value: "env",
      label: "Take it from an environment variable",
      hint: set === undefined ? "only the name stands in the file" : `${set} is set`,
    },
    { value: "file", label: "Read it from a file", hint: "only the path stands in the config file" },
    ...(field.required || standing.inherited === true
      ? []
      : [{ value: "none", label: isThere ? "Remove it" : "Leave it out" } as const]),
  ];
}

function likelyName({ env, likelyNames }: Asking): string | undefined {
  return likelyNames.find((name) => isSet(env, name));
}

async function typeSecret(field: Field, asking: Asking): Promise<JsonValue | undefined> {
  const isThere = asking.standing.kind !== "nothing";
  const typed = await asking.prompts.secret({
    message: `${field.label} (it is not shown${isThere ? "; empty keeps the one there is" : ""})`,
    check: (text) => (text.trim() === "" ? emptyFault(field, asking) : faultOf(field, text, asking.judge)),
  });
  return typed.trim() === "" ? undefined : typed.trim();
}

async function nameVariable(field: Field, asking: Asking): Promise<JsonValue> {
  const { env, likelyNames, prompts } = asking;
  const name = await prompts.text({
    message: `Which environment variable holds ${field.label}?`,
    initial: likelyName(asking) ?? likelyNames[0] ?? "",
    check: (text) => (/^[A-Za-z_]\w*$/u.test(text.trim()) ? undefined : "A name has letters, digits and _ only."),
  });
  if (!isSet(env, name.trim())) prompts.say("warn", `${name.trim()} is not set here. The gateway will need it.`);
  return { env: name.trim() };
}

async function nameFile(field: Field, { prompts }: Asking): Promise<JsonValue> {
  const path = await prompts.text({
    message: `Which file holds ${field.label}?`,
    placeholder: "a path; a relative one begins where the config file is",
    check: (text) => (text.trim() === "" ? "This is needed." : undefined),
  });
  return { file: path.trim() };
}

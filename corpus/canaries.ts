/**
 * Secrets that stand in no other place: one that is found in an output has leaked. Each has characters that change when it
 * is put into a URL or into JSON, where its platform allows such characters.
 */
export const canaries = {
  feishuAppSecret: 'cnry/Feishu+App"Secret=01',
  feishuEncryptKey: "cnry/Feishu+Encrypt&Key=02",
  feishuVerificationToken: "cnry/Feishu+Verification?Token=03",
  feishuSecondToken: "cnry/Feishu+Second?Token=04",
  telegramBotToken: "7310550001:CNRYtelegram-token_0123456789abcdefg",
  telegramWebhookSecret: "cnry_telegram-webhook-secret_06",
  wecomSecret: 'cnry/WeCom+"Secret"=07',
  modelKey: "sk-cnry-model+key/08=",
  modelHeader: "cnry header; of the model provider=09",
  metricsToken: "cnry/metrics+token=10",
  httpSecret: "cnry/http+channel%20secret=11",
  proxyPassword: "cnry.proxy+password=12",
} as const;

interface Leak {
  readonly name: string;
  readonly form: string;
  readonly output: string;
  /** What stands before it; the secret itself is not repeated. */
  readonly before: string;
}

/** The ways in which programs write a text into other texts, by name. */
export function formsOf(secret: string): ReadonlyMap<string, string> {
  const bytes = Buffer.from(secret);
  const forms: [string, string][] = [
    ["raw", secret],
    ["in a URL", encodeURIComponent(secret)],
    ["in a form", new URLSearchParams({ v: secret }).toString().slice(2)],
    ["in JSON", JSON.stringify(secret).slice(1, -1)],
    ["in JSON inside JSON", JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
    ["in hex", bytes.toString("hex")],
    ["in base64", wholeGroups(bytes, 0)],
    ["in base64, one byte on", wholeGroups(bytes, 1)],
    ["in base64, two bytes on", wholeGroups(bytes, 2)],
  ];
  const seen = new Set<string>();
  return new Map(forms.filter(([, form]) => !seen.has(form) && seen.add(form)));
}

/** The characters of base64 that depend on `bytes` alone when they stand `shift` bytes into a group of three. */
function wholeGroups(bytes: Buffer, shift: 0 | 1 | 2): string {
  const padded = Buffer.concat([Buffer.alloc(shift), bytes]);
  const whole = padded.subarray(0, padded.length - (padded.length % 3));
  return whole.toString("base64").slice(shift === 0 ? 0 : 4);
}

/** Searches outputs for secrets in every form, url-safe base64 and upper-case hex included. */
export function createCanaryWatch(secrets: Readonly<Record<string, string>> = canaries) {
  const wanted = Object.entries(secrets).flatMap(([name, secret]) =>
    [...formsOf(secret)].map(([form, text]) => ({ name, form, text })),
  );
  const leaks: Leak[] = [];
  let outputs = 0;
  const searched = new Set<string>();
  return {
    /** @param output - Where the text came from: `"stderr of loong doctor"`. */
    search(output: string, text: string): readonly Leak[] {
      outputs += 1;
      searched.add(output);
      const found = wanted.flatMap(({ name, form, text: secret }) => {
        const folded = fold(form, text);
        const at = folded.indexOf(secret);
        return at === -1 ? [] : [{ name, form, output, before: folded.slice(Math.max(0, at - 60), at) }];
      });
      leaks.push(...found);
      return found;
    },
    leaks: (): readonly Leak[] => leaks,
    /** How many texts were searched, and under how many names. */
    count: () => ({ outputs, distinct: searched.size }),
  };
}

function fold(form: string, text: string): string {
  if (form.startsWith("in base64")) return text.replaceAll("-", "+").replaceAll("_", "/");
  return form === "in hex" ? text.toLowerCase() : text;
}

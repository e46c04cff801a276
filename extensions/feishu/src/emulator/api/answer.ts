/** What an API call gives back, before it becomes bytes. */
export type Answer = Success | Body | Bytes | Refusal;

/** Wrapped into `{code: 0, msg: "success", data}`. */
export interface Success {
  readonly kind: "success";
  readonly data: object;
}
/** A JSON body as it is: some replies have their own shape. */
export interface Body {
  readonly kind: "body";
  readonly status: number;
  readonly body: object;
}
/** A download. */
interface Bytes {
  readonly kind: "bytes";
  readonly bytes: Uint8Array;
  readonly contentType: string;
  readonly fileName: string;
}
/** `{code, msg, error}`: the platform says no. */
export interface Refusal {
  readonly kind: "refusal";
  readonly code: number;
  readonly msg: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Goes into `error`, next to `log_id`. */
  readonly detail?: object;
}

export function success(data: object = {}): Success {
  return { kind: "success", data };
}

export function body(content: object, status = 200): Body {
  return { kind: "body", status, body: content };
}

export function refuse(
  code: number,
  msg: string,
  options: Partial<Pick<Refusal, "status" | "headers" | "detail">> = {},
): Refusal {
  return { kind: "refusal", code, msg, status: 400, ...options };
}

/** 99992402: a parameter is missing or has a wrong form. */
export function invalidField(field: string, description: string): Refusal {
  return refuse(99992402, "field validation failed", { detail: { field_violations: [{ field, description }] } });
}

/** 230001, with the part after `ext=`. */
export function invalidParameter(ext: string): Refusal {
  return refuse(230001, `Your request contains an invalid request parameter, ext=${ext}`);
}

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "refusal";
}

/** The code a client reads: 0 when all went well. */
export function codeOf(answer: Answer): number {
  if (answer.kind === "refusal") return answer.code;
  const code = answer.kind === "body" && "code" in answer.body ? answer.body.code : 0;
  return typeof code === "number" ? code : 0;
}

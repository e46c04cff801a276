/**
 * A JSON Schema object whose values have type `T`; a TypeBox schema is one. Properties may carry Loong's keywords:
 *
 * - `secret: true`: never shown, logged or written back; `{env}`, `{file}`, `{exec}` and `<name>File` are accepted.
 * - `env: ["ACME_APP_ID"]`: environment variables read, in this order, when the operator wrote nothing.
 * - `file: true`: `<name>File` is accepted too, though it is no secret.
 * - `usualEnv: { acme: "ACME_KEY" }`: in a table of entries, where people keep it, by the kind of the entry. Suggested by
 *   `setup` and `configure`, never read.
 * - `title`, `description`, `default`, `examples`: shown by `configure`, `config schema` and errors.
 *
 * What keys ask of one another stands at the top, in `if`/`then`/`else`, `anyOf`, `oneOf`, `allOf` or `dependentRequired`; all
 * keys themselves stand in `properties`. It is checked with defaults and environment names filled in.
 */
export type ConfigSchema<T> = ObjectSchema & { readonly "~type"?: T };

/** The keywords a schema may begin with; what stands inside `properties` is any JSON Schema. */
interface ObjectSchema {
  readonly type?: unknown;
  readonly properties?: unknown;
  readonly required?: unknown;
  readonly additionalProperties?: unknown;
  readonly title?: unknown;
  readonly description?: unknown;
  readonly allOf?: unknown;
  readonly anyOf?: unknown;
  readonly oneOf?: unknown;
  readonly dependentRequired?: unknown;
  readonly if?: unknown;
  readonly then?: unknown;
  readonly else?: unknown;
}

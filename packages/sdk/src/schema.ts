/**
 * A JSON Schema object whose values have type `T`; a TypeBox schema is one. Properties may carry Loong's keywords:
 *
 * - `secret: true`: never shown, logged or written back; `{env}`, `{file}`, `{exec}` and `<name>File` are accepted.
 * - `env: ["ACME_APP_ID"]`: environment variables read, in this order, when the operator wrote nothing.
 * - `title`, `description`, `default`, `examples`: shown by `configure`, `config schema` and errors.
 */
export type ConfigSchema<T> = object & { readonly "~type"?: T };

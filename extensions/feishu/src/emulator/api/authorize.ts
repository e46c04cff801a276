import { hasScope, type App } from "../state/apps.ts";
import { refuse, type Refusal } from "./answer.ts";
import type { AppRoute } from "./router.ts";
import type { Tokens } from "./token.ts";

/** Finds the app behind an `Authorization` header, or says why not, as the platform's gateway does. */
export function authorize(header: string | undefined, tokens: Tokens): App | Refusal {
  const value = header?.startsWith("Bearer ") === true ? header.slice("Bearer ".length).trim() : "";
  if (value === "") {
    return refuse(99991661, "Missing access token for authorization. Please make a request with token attached.");
  }
  if (value.startsWith("u-"))
    return refuse(99991668, "Invalid access token for authorization. Please make a request with token attached.");
  if (!value.startsWith("t-")) return refuse(99991671, "Invalid access token. The token must start with 't-' or 'u-'.");
  return (
    tokens.owner(value) ??
    refuse(99991663, "Invalid access token for authorization. Please make a request with token attached.")
  );
}

/** May this app use this route? */
export function permit(app: App, route: AppRoute): Refusal | undefined {
  if (route.auth === "bot" && !app.botEnabled) return refuse(99991668, "Bot capability is not enabled for this app.");
  const scopes = route.scopes ?? [];
  return hasScope(app, scopes) ? undefined : missingScope(app, scopes);
}

/**
 * 99991672, with the link on which the app's owner can ask for the permission.
 * @see https://open.feishu.cn/document/server-docs/api-call-guide/generic-error-code (read 2026-05)
 */
function missingScope(app: App, scopes: readonly string[]): Refusal {
  const host = app.brand === "lark" ? "open.larksuite.com" : "open.feishu.cn";
  const link = `https://${host}/app/${app.appId}/auth?q=${scopes.join(",")}&op_from=openapi&token_type=tenant`;
  const list = `[${scopes.join(", ")}]`;
  const english = `Access denied. One of the following scopes is required: ${list}.`;
  const chinese = `应用尚未开通所需的应用身份权限：${list}，点击链接申请并开通任一权限即可：${link}`;
  const permission_violations = scopes.map((subject) => ({ type: "action_scope_required", subject }));
  return refuse(99991672, english + chinese, {
    detail: { permission_violations, helps: [{ url: link, description: "" }] },
  });
}

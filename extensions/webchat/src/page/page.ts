import { randomBytes } from "node:crypto";
import { TAGS } from "../conversation/markdown.ts";
import { SUBPROTOCOL } from "../protocol.ts";
import type { Settings } from "../settings.ts";
import { STYLE } from "./style.ts";
import { type Language, TEXTS, type Texts, languageOf } from "./texts.ts";
import { runWidget } from "./widget.ts";

/** Makes the page in the language a browser asks for, with a nonce of its own. */
export type PageMaker = (acceptLanguage: string | undefined) => {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** What the page's script is given, as JSON in the page. */
export interface WidgetSettings {
  readonly texts: Texts;
  readonly tags: readonly string[];
  readonly subprotocol: string;
  readonly maxMessageChars: number;
}

const NONCE_BYTES = 18;

export function createPageMaker({ title, frameAncestors }: Settings, maxMessageChars: number): PageMaker {
  return (acceptLanguage) => {
    const language = languageOf(acceptLanguage);
    const nonce = randomBytes(NONCE_BYTES).toString("base64url");
    const widget = { texts: TEXTS[language], tags: TAGS, subprotocol: SUBPROTOCOL, maxMessageChars };
    return { headers: pageHeaders(nonce, frameAncestors), body: html({ language, title, nonce, widget }) };
  };
}

/** Nothing may run or load but what carries the nonce; nothing in the page may turn text into HTML. */
function pageHeaders(nonce: string, frameAncestors: readonly string[]): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${frameAncestors.length === 0 ? "'none'" : frameAncestors.join(" ")}`,
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  return {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": policy.join("; "),
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    Vary: "Accept-Language",
    ...(frameAncestors.length === 0 ? { "X-Frame-Options": "DENY" } : {}),
  };
}

interface PageParts {
  readonly language: Language;
  readonly title: string;
  readonly nonce: string;
  readonly widget: WidgetSettings;
}

function html({ language, title, nonce, widget }: PageParts): string {
  const { texts } = widget;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">
<title>${escapeHtml(title)}</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<header><h1>${escapeHtml(title)}</h1><p id="status" role="status">${escapeHtml(texts.connecting)}</p></header>
<main id="main" tabindex="0" aria-label="${escapeHtml(texts.log)}">
<form id="gate" class="gate" hidden>
<label for="token">${escapeHtml(texts.tokenLabel)}</label>
<input id="token" type="password" autocomplete="current-password" required>
<p id="gate-note" class="bad" role="alert"></p>
<button type="submit">${escapeHtml(texts.open)}</button>
</form>
<ol id="log" role="log" aria-live="polite" aria-label="${escapeHtml(texts.log)}"></ol>
<p id="typing" aria-live="polite"></p>
<noscript>${escapeHtml(texts.noScript)}</noscript>
</main>
<footer><form id="composer">
<textarea id="words" rows="1" aria-label="${escapeHtml(texts.yourMessage)}" placeholder="${escapeHtml(texts.yourMessage)}" enterkeyhint="send"></textarea>
<button type="submit">${escapeHtml(texts.send)}</button>
</form></footer>
<script type="application/json" id="settings">${jsonForHtml(widget)}</script>
<script nonce="${nonce}">(${runWidget.toString()})();</script>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** No `<` in it, so that it can end no element. */
function jsonForHtml(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

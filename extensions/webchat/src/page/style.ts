/** The page's only style sheet. Follows the system's light or dark look, text size, and wish for less motion. */
export const STYLE = `
:root { color-scheme: light dark; --ground: #f6f7f9; --card: #fff; --ink: #1a1d21; --soft: #5c6570; --line: #d5dae0; --mine: #0b57d0; --on-mine: #fff; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14171a; --card: #1f2428; --ink: #e8eaed; --soft: #a0a8b0; --line: #3a4148; --mine: #a8c7fa; --on-mine: #062e6f; --bad: #f2b8b5; }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html, body { height: 100%; margin: 0; }
body { display: flex; flex-direction: column; height: 100dvh; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
header, main, footer { width: 100%; max-width: 48rem; margin: 0 auto; padding: .75rem max(1rem, env(safe-area-inset-right)) .75rem max(1rem, env(safe-area-inset-left)); }
header { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; border-bottom: 1px solid var(--line); }
h1 { font-size: 1.1rem; margin: 0; }
#status { color: var(--soft); font-size: .875rem; margin: 0; }
main { flex: 1; overflow-y: auto; overscroll-behavior: contain; }
#log { display: flex; flex-direction: column; gap: .5rem; list-style: none; margin: 0; padding: 0; }
#log > li { max-width: 85%; padding: .5rem .75rem; border-radius: .9rem; background: var(--card); border: 1px solid var(--line); overflow-wrap: anywhere; }
#log > li.visitor { align-self: flex-end; background: var(--mine); color: var(--on-mine); border-color: transparent; }
#log > li.bot { align-self: flex-start; }
#log > li[aria-busy=true]::after { content: "▍"; animation: blink 1s steps(2) infinite; }
#log .plain { white-space: pre-wrap; }
#log .note { display: block; font-size: .8rem; opacity: .85; }
#log .who { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
#log p, #log ul, #log ol, #log pre, #log blockquote, #log table { margin: 0 0 .5rem; }
#log .body > :last-child { margin-bottom: 0; }
#log h1, #log h2, #log h3, #log h4, #log h5, #log h6 { font-size: 1.05rem; margin: .25rem 0; }
#log pre { overflow-x: auto; padding: .5rem; border-radius: .5rem; background: var(--ground); }
#log code { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .9em; }
#log blockquote { padding-left: .75rem; border-left: 3px solid var(--line); color: var(--soft); }
#log table { display: block; overflow-x: auto; border-collapse: collapse; }
#log th, #log td { border: 1px solid var(--line); padding: .25rem .5rem; }
#log a { color: inherit; text-decoration: underline; }
#typing { color: var(--soft); min-height: 1.5rem; margin: .5rem 0 0; font-size: .875rem; }
footer { border-top: 1px solid var(--line); padding-bottom: max(.75rem, env(safe-area-inset-bottom)); }
form { display: flex; gap: .5rem; align-items: flex-end; }
form.gate { flex-direction: column; align-items: stretch; max-width: 22rem; margin: 3rem auto; }
textarea, input { flex: 1; width: 100%; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: .6rem .75rem; resize: none; max-height: 40dvh; }
button { font: inherit; font-weight: 600; min-height: 2.75rem; min-width: 4rem; border: 0; border-radius: .75rem; padding: 0 1rem; background: var(--mine); color: var(--on-mine); cursor: pointer; }
:focus-visible { outline: 3px solid var(--mine); outline-offset: 2px; }
.bad { color: var(--bad); margin: 0; }
@keyframes blink { to { visibility: hidden; } }
@media (prefers-reduced-motion: reduce) { * { animation: none !important; } }
`;

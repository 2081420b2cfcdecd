import { escapeHtml } from './draw-chart.ts'

const style = `
:root { color-scheme: light dark; --ink: #1d2330; --paper: #fff; --soft: #667085; --line: #d9dde5;
  --a: #1f5fbf; --b: #c7661b; --good: #2e8b57; --bad: #d6334a; --value: #1f5fbf; --expected: #667085; --band: #1f5fbf1c; --boundary: #c7661b; --episode: #d6334a2e; --gap: #98a2b34d }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9f0; --paper: #14171f; --soft: #98a2b3; --line: #2c3240;
  --a: #7fb0ff; --b: #f0a060; --good: #5fd39a; --bad: #ff6b81; --value: #7fb0ff; --expected: #98a2b3; --band: #7fb0ff26; --boundary: #f0a060; --episode: #ff6b8150; --gap: #667085 } }
body { margin: 2rem auto; max-width: 1180px; padding: 0 1rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif }
h1 { font-size: 1.4rem; margin-bottom: 0 } h2 { font-size: 1.05rem; margin: 2rem 0 .3rem } p { margin: .3rem 0; color: var(--soft) }
svg { width: 100%; height: auto; font: 11px system-ui, sans-serif; fill: none }
.value { stroke: var(--value); stroke-width: 1.3 } .expected { stroke: var(--expected); stroke-dasharray: 4 3 }
.boundary { stroke: var(--boundary) } .band { fill: var(--band) } .episode { fill: var(--episode) } .gap { fill: var(--gap) }
.grid { stroke: var(--line) } text { fill: var(--soft) } .count { text-anchor: end } .time { text-anchor: middle }
.mark { fill: var(--ink); font-weight: 600 }
.legend span::before { content: ''; display: inline-block; width: 1.6em; height: .7em; margin: 0 .4em 0 1.2em; background: var(--key) }
table { border-collapse: collapse; margin-top: .5rem } td, th { padding: .2rem .9rem; border-bottom: 1px solid var(--line); text-align: right;
  font-variant-numeric: tabular-nums } td:nth-child(-n+3), th:nth-child(-n+3) { text-align: left }
.a { fill: var(--a) } .b { fill: var(--b) } .crisis { fill: var(--good) } .dot { stroke: var(--paper); stroke-width: 1.5 }
.lane { text-anchor: end } td.text, th.text { text-align: left }`

/** A page that needs nothing else; `body` is HTML in which all text is escaped. */
export function drawPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><style>${style}</style>
<h1>${escapeHtml(title)}</h1>
${body}
</html>
`
}

import { createHash } from 'node:crypto'

/** Read on a phone at night: large type, one large button, dark where the phone is. */
export const ackStyle = `
:root{color-scheme:light dark;font:18px/1.5 system-ui,sans-serif}
main{max-width:32rem;margin:10vh auto;padding:0 1.25rem}
h1{font-size:1.6rem;margin:0 0 .25rem}
p{margin:.5rem 0}
.mark{display:inline-block;padding:.1rem .6rem;border:1px solid;border-radius:.4rem;font-size:.85rem}
.facts{opacity:.75}
button{width:100%;margin-top:1.5rem;padding:1rem;border:0;border-radius:.6rem;font:inherit;font-weight:600;color:#fff;background:#b3261e}
button:focus-visible{outline:3px solid currentColor;outline-offset:3px}
`

/** The style's source expression for a content security policy. */
export const ackStyleSource = `'sha256-${createHash('sha256').update(ackStyle).digest('base64')}'`

import { decodeHTML } from 'entities'

/** YouTube's HTML (line breaks, links, bold) as text. Entities are decoded once: what was typed as `&lt;` stays so. */
export function plainText(html: string): string {
  const text = html.replaceAll(/<br\s*\/?>/gi, '\n').replaceAll(/<\/?[a-z][^<>]*>/gi, '')
  return decodeHTML(text)
    .replaceAll(/[ \t\u00a0]*\n[ \t\u00a0]*/g, '\n')
    .replaceAll(/[ \t\u00a0]{2,}/g, ' ')
    .trim()
}

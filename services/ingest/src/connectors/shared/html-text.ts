import { type HtmlToTextOptions, htmlToText } from 'html-to-text'

/** Characters of HTML that are read; what a person says is shorter. */
const longestHtml = 500_000

const options: HtmlToTextOptions = {
  wordwrap: false,
  decodeEntities: true,
  limits: { maxInputLength: longestHtml, maxDepth: 100, ellipsis: '' },
  selectors: [
    // The address of a link is not what was said, and a heading is not shouted.
    { selector: 'a', options: { ignoreHref: true } },
    { selector: 'img', format: 'skip' },
    ...['script', 'style', 'iframe', 'svg', 'template', 'noscript'].map((selector) => ({
      selector,
      format: 'skip',
    })),
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
    { selector: 'p', options: { leadingLineBreaks: 2, trailingLineBreaks: 2 } },
  ],
}

/**
 * HTML as the text a person reads: entities decoded once, paragraphs an empty line apart, `<br>` a line break, scripts
 * left out, parts of a link that the platform hides joined to its whole address.
 */
export function htmlText(html: string): string {
  return htmlToText(html, options).trim()
}

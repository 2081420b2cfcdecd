import type { Page, PageFact } from '../page/page.ts'
import { columnsOf, wrap } from '../page/wrap.ts'

type Style = 'loud' | 'calm' | 'warn' | 'strong' | 'faint'

interface Span {
  text: string
  style?: Style
}

/** SGR codes by meaning; everything is closed by `reset`. */
const codes: Record<Style, string> = {
  loud: '\x1b[1;31m',
  calm: '\x1b[1;32m',
  warn: '\x1b[33m',
  strong: '\x1b[1m',
  faint: '\x1b[2m',
}
const reset = '\x1b[0m'

/** Readable widths of the box, borders included, in columns. */
const narrowest = 60
const widest = 100

/**
 * A page as a box of lines for a terminal. The page holds no control characters, so the only terminal codes in it are the
 * colours drawn here, and only if asked for.
 */
export function drawPage(page: Page, terminal: { colours: boolean; columns?: number }): string[] {
  const width = Math.min(Math.max(terminal.columns ?? widest, narrowest), widest)
  const paint = ({ text, style }: Span) =>
    terminal.colours && style !== undefined && text !== '' ? `${codes[style]}${text}${reset}` : text
  const border: Style = page.kind === 'resolved' ? 'calm' : page.kind === 'update' ? 'warn' : 'loud'

  const rule = (left: string, heading: string, right: string) => {
    const title = heading === '' ? '' : ` ${heading} `
    const rest = '━'.repeat(Math.max(0, width - 3 - columnsOf(title)))
    return paint({ text: `${left}━${title}${rest}${right}`, style: border })
  }
  const bar = paint({ text: '┃', style: border })
  const draw = (spans: Span[]) => {
    const used = spans.reduce((sum, span) => sum + columnsOf(span.text), 0)
    const room = width - 4 - used
    const content = spans.map(paint).join('')
    // A URL too long for the box sticks out rather than being broken.
    return room < 0 ? `${bar} ${content}` : `${bar} ${content}${' '.repeat(room)} ${bar}`
  }
  return [
    rule('┏', [page.heading, ...page.labels.map((label) => `[${label}]`)].join(' '), '┓'),
    ...contentOf(page, width - 4, border).map(draw),
    rule('┗', '', '┛'),
  ]
}

function contentOf(page: Page, columns: number, titleStyle: Style): Span[][] {
  const empty: Span[] = []
  const lines: Span[][] = wrap(page.title, columns).map((text) => [{ text, style: titleStyle }])
  lines.push(empty, ...factLines(page.facts, columns))
  if (page.samples.length > 0) {
    lines.push(empty, [{ text: page.samplesHeading, style: 'faint' }])
    for (const sample of page.samples) {
      const [first = '', ...rest] = wrap(`${sample.platform}: ${sample.text}`, columns - 4)
      lines.push([{ text: '  • ', style: 'faint' }, { text: first }])
      for (const text of rest) lines.push([{ text: `    ${text}` }])
      if (sample.link) lines.push([{ text: `    ${sample.link.url}`, style: 'faint' }])
    }
  }
  if (page.action) {
    lines.push(empty, [{ text: page.action.label, style: 'strong' }, { text: ` ${page.action.url}` }])
  }
  return lines
}

function factLines(facts: readonly PageFact[], columns: number): Span[][] {
  const labelColumns = Math.max(...facts.map((fact) => columnsOf(fact.label))) + 2
  return facts.flatMap((fact) => {
    const style: { style?: Style } = fact.warn ? { style: 'warn' } : {}
    const value = wrap(fact.warn ? `! ${fact.value}` : fact.value, columns - labelColumns)
    return value.map((text, index): Span[] => {
      const label = index === 0 ? fact.label : ''
      return [
        { text: label + ' '.repeat(labelColumns - columnsOf(label)), style: 'faint' },
        { text, ...style },
      ]
    })
  })
}

/** A metric in a PromQL expression with the labels its braces ask for. */
export interface Selector {
  metric: string
  labels: { name: string; operator: string; value: string }[]
}

/** What an expression reads, and the labels it groups or joins by. */
export interface PromqlReading {
  selectors: Selector[]
  grouping: string[]
}

const keywords = new Set(['and', 'or', 'unless', 'offset', 'bool', 'inf', 'nan'])
const groupingWords = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right'])

/** Either a string, a duration in brackets or after a number, a word, or one other character. */
const token = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\[[^\]]*\]|\d[\w.]*|[A-Za-z_:][\w:]*|[=!~<>]+|\S/g

/**
 * Finds the metrics of a PromQL expression and the labels it uses. It reads words and brackets, no grammar: enough to
 * tell a metric from a function (which a parenthesis or a grouping follows) and from a label (which stands in braces or a grouping).
 */
export function selectorsOf(expr: string): PromqlReading {
  const tokens: string[] = expr.match(token) ?? []
  const reading: PromqlReading = { selectors: [], grouping: [] }
  for (let at = 0; at < tokens.length; at++) {
    const word = tokens[at] ?? ''
    if (!/^[A-Za-z_:]/.test(word)) continue
    const next = tokens[at + 1]
    if (groupingWords.has(word)) {
      if (next !== '(') continue
      const end = tokens.indexOf(')', at)
      reading.grouping.push(...tokens.slice(at + 2, end).filter((each) => each !== ','))
      at = end
    } else if (next === '{') {
      const end = tokens.indexOf('}', at)
      reading.selectors.push({ metric: word, labels: matchersOf(tokens.slice(at + 2, end)) })
      at = end
    } else if (next !== '(' && next !== 'by' && next !== 'without' && !keywords.has(word.toLowerCase()))
      reading.selectors.push({ metric: word, labels: [] })
  }
  return reading
}

/** `name operator value` by threes, with commas between. */
function matchersOf(tokens: readonly string[]): Selector['labels'] {
  const words = tokens.filter((each) => each !== ',')
  const labels: Selector['labels'] = []
  for (let at = 0; at + 2 < words.length; at += 3) {
    const [name = '', operator = '', value = ''] = words.slice(at, at + 3)
    labels.push({ name, operator, value: value.slice(1, -1) })
  }
  return labels
}

import type { Page } from './page.ts'

/** The page as plain lines, for channels that know no other form; never wrapped, so that a quoted text starts no line. */
export function pageLines(page: Page): string[] {
  const lines = [page.subject, '']
  for (const fact of page.facts) lines.push(`${fact.label}: ${fact.value}`)
  if (page.samples.length > 0) {
    lines.push('', `${page.samplesHeading}:`)
    for (const sample of page.samples) {
      lines.push(`  • ${sample.platform}: ${sample.text}`)
      if (sample.link) lines.push(`    ${sample.link.url}`)
    }
  }
  if (page.action) lines.push('', `${page.action.label}: ${page.action.url}`)
  return lines
}

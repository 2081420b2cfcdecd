import type { Page } from '../page/page.ts'

/** Block Kit's limits, in characters as sent. */
const limits = { header: 150, section: 3_000, field: 2_000, context: 2_000, button: 75, url: 3_000 }

/** A section takes ten fields. */
const fieldsPerSection = 10

/** A Slack message of a page: chat.postMessage without its channel, or the body of an incoming webhook. */
export interface SlackMessage {
  text: string
  blocks: Record<string, unknown>[]
  mrkdwn: false
  parse: 'none'
  link_names: false
  unfurl_links: false
  unfurl_media: false
}

/**
 * The page in Block Kit. Every text is `plain_text` with `& < >` escaped, so that `<!channel>`, `<@U1>`, links and
 * formatting in what a stranger wrote stay letters; links exist as buttons only.
 */
export function slackMessage(page: Page): SlackMessage {
  const blocks: Record<string, unknown>[] = [{ type: 'header', text: plain(page.subject, limits.header) }]
  const fields = page.facts
    .filter((fact) => fact.name !== 'reference')
    .map((fact) => plain(`${fact.warn ? '⚠ ' : ''}${fact.label}\n${fact.value}`, limits.field))
  for (let start = 0; start < fields.length; start += fieldsPerSection) {
    blocks.push({ type: 'section', fields: fields.slice(start, start + fieldsPerSection) })
  }
  if (page.samples.length > 0) {
    blocks.push(
      { type: 'divider' },
      { type: 'context', elements: [plain(page.samplesHeading, limits.context)] },
    )
  }
  for (const sample of page.samples) {
    blocks.push({
      type: 'section',
      text: plain(`${sample.platform}: ${sample.text}`, limits.section),
      ...(sample.link ? { accessory: button(sample.link.label, sample.link.url) } : {}),
    })
  }
  if (page.action) {
    const acknowledge = { ...button(page.action.label, page.action.url), style: 'primary' }
    blocks.push({ type: 'actions', elements: [acknowledge] })
  }
  const reference = page.facts.find((fact) => fact.name === 'reference')
  if (reference) blocks.push({ type: 'context', elements: [plain(reference.value, limits.context)] })
  return {
    // What a phone's notification shows.
    text: escapeWithin(page.subject, limits.section),
    blocks,
    mrkdwn: false,
    parse: 'none',
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
  }
}

function plain(text: string, limit: number): { type: 'plain_text'; text: string; emoji: false } {
  return { type: 'plain_text', text: escapeWithin(text, limit), emoji: false }
}

function button(label: string, url: string): Record<string, unknown> {
  return { type: 'button', text: plain(label, limits.button), url: url.slice(0, limits.url) }
}

/** Escaped, at most `limit` characters long after escaping, never cut inside an entity or a letter. */
function escapeWithin(text: string, limit: number): string {
  let result = ''
  for (const { segment } of graphemes.segment(text)) {
    const escaped = segment.replace(/[&<>]/gu, (sign) => entities[sign] ?? sign)
    if (result.length + escaped.length > limit) {
      return `${shorten(result, limit - 1)}…`
    }
    result += escaped
  }
  return result
}

function shorten(escaped: string, limit: number): string {
  if (escaped.length <= limit) return escaped
  return escaped.replace(/(?:&(?:amp|lt|gt);|[\ud800-\udbff][\udc00-\udfff]|.)$/su, '')
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

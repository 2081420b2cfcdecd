import { secret } from '@nabiz/shared/config'
import { z } from 'zod'
import { type Page, renderPage } from '../page/page.ts'
import { cutGraphemes, safeLink } from '../page/sanitise.ts'
import type { Channel, ChannelContext, ChannelFactory, Notice } from './channel.ts'
import { channelId, httpUrl } from './config-fields.ts'
import { resultOfFault, resultOfStatus } from './http-result.ts'

/** Events API v2: 1,024 characters of summary. */
const longestSummary = 1_024

const config = z.strictObject({
  type: z.literal('pagerduty'),
  id: channelId,
  /** The service's Events API v2 integration key, by reference. */
  routingKey: secret,
  /** Change for the EU region: https://events.eu.pagerduty.com/v2/enqueue. */
  url: httpUrl.default('https://events.pagerduty.com/v2/enqueue'),
  timeoutMs: z.int().min(100).max(60_000).default(10_000),
})

/** PagerDuty, Events API v2: a notice triggers or resolves the alert whose dedup_key is the incident's id. */
export const pagerduty = {
  config,
  create(options, context: ChannelContext): Channel {
    return {
      id: options.id,
      type: options.type,
      async deliver(notice, signal) {
        try {
          const response = await context.outgoing.request({
            method: 'POST',
            url: options.url,
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ routing_key: options.routingKey.reveal(), ...eventOf(notice) }),
            timeoutMs: options.timeoutMs,
            signal,
          })
          return resultOfStatus('PagerDuty', response, context.now())
        } catch (thrown) {
          return resultOfFault('PagerDuty', thrown, signal)
        }
      },
    }
  },
} satisfies ChannelFactory<typeof config>

/** The event of a notice. A missed episode stays open there until a person has seen it: nothing would resolve it later. */
function eventOf(notice: Notice): Record<string, unknown> {
  if (notice.kind === 'resolved') return { event_action: 'resolve', dedup_key: notice.incident }
  const page = renderPage(notice)
  return {
    event_action: 'trigger',
    dedup_key: notice.incident,
    client: 'Nabız',
    ...(page.action ? { client_url: page.action.url } : {}),
    links: linksOf(notice, page),
    payload: {
      summary: shorten(page.subject),
      source: `nabiz/${notice.brand.id}`,
      severity: severityOf(notice.severity),
      timestamp: new Date(notice.at).toISOString(),
      component: notice.brand.id,
      class: notice.leading.signal,
      custom_details: {
        ...Object.fromEntries(page.facts.map((fact) => [fact.label, fact.value])),
        [page.samplesHeading]: page.samples.map((sample) => `${sample.platform}: ${sample.text}`),
      },
    },
  }
}

function linksOf(notice: Notice, page: Page): { href: string; text: string }[] {
  const links: { href: string; text: string }[] = []
  if (page.action) links.push({ href: page.action.url, text: page.action.label })
  const runbook = notice.brand.runbook === undefined ? undefined : safeLink(notice.brand.runbook)
  if (runbook) {
    links.push({ href: runbook, text: page.facts.find((fact) => fact.name === 'runbook')?.label ?? runbook })
  }
  for (const { link } of page.samples) if (link) links.push({ href: link.url, text: link.label })
  return links
}

/** Twice the boundary, which pages without waiting, is critical; below the boundary nobody need be woken. */
function severityOf(severity: number): 'critical' | 'error' | 'warning' | 'info' {
  if (severity >= 2) return 'critical'
  if (severity >= 1) return 'error'
  return severity >= 0.8 ? 'warning' : 'info'
}

function shorten(text: string): string {
  for (let limit = longestSummary; ; limit -= 64) {
    const cut = cutGraphemes(text, limit)
    if (cut.length <= longestSummary) return cut
  }
}

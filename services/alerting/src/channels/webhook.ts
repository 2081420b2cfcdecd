import { secret } from '@nabiz/shared/config'
import { Webhook } from 'standardwebhooks'
import { z } from 'zod'
import { renderPage } from '../page/page.ts'
import type { Channel, ChannelContext, ChannelFactory, Notice } from './channel.ts'
import { channelId, httpUrl, secretUrl } from './config-fields.ts'
import { resultOfFault, resultOfStatus } from './http-result.ts'
import { noticeId } from './notice-id.ts'

/** Standard Webhooks: 24 to 64 random bytes, base64 after `whsec_`. */
const signingSecret = secret.refine((value) => isSigningSecret(value.reveal()), {
  message: 'a Standard Webhooks secret: whsec_ followed by base64 of 24 to 64 bytes',
  params: { found: 'something else' },
})

const config = z.strictObject({
  type: z.literal('webhook'),
  id: channelId,
  /** Where it is posted; by reference where the URL itself is a secret. */
  url: z.union([httpUrl, secretUrl], {
    error: 'an http or https URL, or a reference to one: { env: NAME } or { file: PATH }',
  }),
  /** Signed with each of them, so that a receiver can change over: first the new one, then drop the old. */
  secrets: z.array(signingSecret).min(1).max(5),
  timeoutMs: z.int().min(100).max(60_000).default(10_000),
})

/** Any HTTP receiver: JSON signed by Standard Webhooks, `webhook-id` the same on every try of a notice. */
export const webhook = {
  config,
  create(options, context: ChannelContext): Channel {
    const signers = options.secrets.map((value) => new Webhook(value.reveal()))
    const url = typeof options.url === 'string' ? options.url : options.url.reveal()
    return {
      id: options.id,
      type: options.type,
      async deliver(notice, signal) {
        const id = `msg_${noticeId(notice)}`
        const at = new Date(context.now())
        const body = JSON.stringify(bodyOf(notice))
        try {
          const response = await context.outgoing.request({
            method: 'POST',
            url,
            headers: {
              'content-type': 'application/json',
              'webhook-id': id,
              'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
              'webhook-signature': signers.map((signer) => signer.sign(id, at, body)).join(' '),
            },
            body,
            timeoutMs: options.timeoutMs,
            signal,
          })
          // 410: the receiver has gone and wants no more (Standard Webhooks); like every other 4xx, for good.
          return resultOfStatus('webhook', response, context.now())
        } catch (thrown) {
          return resultOfFault('webhook', thrown, signal)
        }
      },
    }
  },
} satisfies ChannelFactory<typeof config>

/** The body, version 1; documented in the README of this folder. Ids of mentions stay inside. */
function bodyOf(notice: Notice): Record<string, unknown> {
  const page = renderPage(notice)
  const { leading } = notice
  return {
    v: 1,
    type: `incident.${notice.kind}`,
    timestamp: new Date(notice.at).toISOString(),
    data: {
      incident: notice.incident,
      sequence: notice.sequence,
      brand: { id: notice.brand.id, name: notice.brand.name },
      openedAt: new Date(notice.openedAt).toISOString(),
      severity: notice.severity,
      peakSeverity: notice.peakSeverity,
      signals: notice.signals,
      leading: {
        breach: leading.id,
        signal: leading.signal,
        since: new Date(leading.since).toISOString(),
        window: leading.window,
        confidence: leading.evidence.confidence,
        coverage: leading.evidence.coverage.map(({ platform, observed }) => ({ platform, observed })),
        thresholds: leading.config,
        engine: leading.engine,
      },
      maybeRepeat: notice.maybeRepeat,
      simulated: notice.simulated,
      drill: notice.drill,
      probe: notice.probe,
      ...(page.action === undefined ? {} : { acknowledgeUrl: page.action.url }),
      page: {
        language: page.language,
        labels: page.labels,
        title: page.title,
        facts: page.facts.map(({ name, label, value }) => ({ name, label, value })),
        samples: page.samples.map(({ platform, text, link }) => ({
          platform,
          text,
          ...(link === undefined ? {} : { url: link.url }),
        })),
      },
    },
  }
}

function isSigningSecret(value: string): boolean {
  const match = /^whsec_([A-Za-z0-9+/]+={0,2})$/u.exec(value)
  const bytes = Buffer.from(match?.[1] ?? '', 'base64').length
  return bytes >= 24 && bytes <= 64
}

import { secret } from '@nabiz/shared/config'
import { createTransport } from 'nodemailer'
import { z } from 'zod'
import { renderPage } from '../page/page.ts'
import { pageLines } from '../page/text.ts'
import type { Channel, ChannelContext, ChannelFactory, DeliveryResult } from './channel.ts'
import { channelId, mailAddress } from './config-fields.ts'
import { emailHtml } from './email-html.ts'
import { failed, unanswered } from './http-result.ts'
import { noticeId, threadId } from './notice-id.ts'

const config = z
  .strictObject({
    type: z.literal('email'),
    id: channelId,
    host: z.string().min(1).max(255),
    port: z.int().min(1).max(65_535).default(587),
    /** `starttls` (587) refuses a server without it, `tls` from the first byte (465), `none` for a relay on this machine. */
    security: z.enum(['starttls', 'tls', 'none']).default('starttls'),
    user: z.string().min(1).max(255).optional(),
    password: secret.optional(),
    /** PEM of an authority to trust beside the system's, for a server with a certificate of its own. */
    authority: secret.optional(),
    from: mailAddress,
    to: z
      .array(mailAddress)
      .min(1, { error: 'at least one address' })
      .max(50, { error: 'at most 50 addresses' }),
    /** Until the server has taken the mail, ms. */
    timeoutMs: z.int().min(100).max(120_000).default(20_000),
  })
  .superRefine((value, context) => {
    const fault = (path: string, found: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message, params: { found } })
    if ((value.user === undefined) !== (value.password === undefined)) {
      fault('password', 'one without the other', 'user and password together, or neither')
    }
    if (value.password !== undefined && value.security === 'none') {
      fault(
        'security',
        'none, with a password',
        'starttls or tls, so that the password is not sent in the clear',
      )
    }
  })

/** Codes of nodemailer that no repetition mends; those with an SMTP reply are judged by the reply. */
const lasting = new Set(['EAUTH', 'ENOAUTH', 'ECONFIG', 'EENVELOPE', 'EMAXRECIPIENTS', 'EREQUIRETLS', 'ETLS'])

/** E-mail by SMTP: text and HTML, one Message-ID a notice, one thread an incident. */
export const email = {
  config,
  create(options, context: ChannelContext): Channel {
    const transport = createTransport({
      host: options.host,
      port: options.port,
      secure: options.security === 'tls',
      requireTLS: options.security === 'starttls',
      ignoreTLS: options.security === 'none',
      connectionTimeout: options.timeoutMs,
      greetingTimeout: options.timeoutMs,
      socketTimeout: options.timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
      ...(options.user !== undefined && options.password !== undefined
        ? { auth: { user: options.user, pass: options.password.reveal() } }
        : {}),
      ...(options.authority ? { tls: { ca: options.authority.reveal() } } : {}),
    })
    const domain = options.from.slice(options.from.lastIndexOf('@') + 1)
    return {
      id: options.id,
      type: options.type,
      async deliver(notice, signal) {
        const page = renderPage(notice)
        const thread = `<incident.${threadId(notice)}@${domain}>`
        const urgent = page.kind === 'page' || page.kind === 'escalation'
        try {
          const sent = await transport.sendMail({
            from: { name: 'Nabız', address: options.from },
            to: options.to,
            subject: page.subject,
            text: `${pageLines(page).join('\n')}\n`,
            html: emailHtml(page),
            date: new Date(context.now()),
            messageId: `<notice.${noticeId(notice)}@${domain}>`,
            inReplyTo: thread,
            references: thread,
            priority: urgent ? 'high' : 'normal',
            // RFC 3834: no holiday replies.
            headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
            signal: AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs)]),
          })
          const refused = sent.rejected.length
          return refused === 0
            ? { kind: 'delivered' }
            : { kind: 'delivered', detail: `SMTP: ${refused} of ${options.to.length} recipients refused` }
        } catch (thrown) {
          return resultOfMailFault(thrown)
        }
      },
      async check() {
        try {
          await transport.verify()
          return { kind: 'delivered' }
        } catch (thrown) {
          return resultOfMailFault(thrown)
        }
      },
    }
  },
} satisfies ChannelFactory<typeof config>

/** By reply code (RFC 5321: 4xx passes, 5xx stays), else by nodemailer's. The server's words may hold addresses and stay out. */
function resultOfMailFault(thrown: unknown): DeliveryResult {
  if (!(thrown instanceof Error) || !('code' in thrown)) throw thrown
  const reply =
    'responseCode' in thrown && typeof thrown.responseCode === 'number' ? thrown.responseCode : undefined
  if (reply !== undefined) {
    const detail = `SMTP: the server answered ${reply}`
    return reply >= 500 ? { kind: 'refused', detail } : failed(detail)
  }
  const code = String(thrown.code)
  return lasting.has(code) ? { kind: 'refused', detail: `SMTP: ${code}` } : unanswered(`SMTP: ${code}`)
}

import { ackStyle } from './ack-style.ts'
import type { AckView } from './incident-view.ts'

const words = {
  en: {
    title: 'Acknowledge',
    question: 'Press the button to say that you are looking into it. Nobody else is called then.',
    button: 'I am looking into it',
    acknowledged: 'Somebody is looking into it.',
    resolved: 'It is over.',
    accepted: 'Noted. Nobody else is called.',
    drill: 'This is a drill.',
    simulated: 'Simulated.',
    since: 'Since',
    severity: 'Severity',
  },
  tr: {
    title: 'Üstlen',
    question: 'İlgilendiğinizi bildirmek için düğmeye basın. Bundan sonra başkası aranmaz.',
    button: 'Ben ilgileniyorum',
    acknowledged: 'Biri ilgileniyor.',
    resolved: 'Sona erdi.',
    accepted: 'Kaydedildi. Başkası aranmayacak.',
    drill: 'Bu bir tatbikattır.',
    simulated: 'Benzetim.',
    since: 'Başlangıç',
    severity: 'Şiddet',
  },
} as const

/** The page behind a notice's link: what it is about and, while it is open, one button that posts the token. */
export function ackPage(view: AckView, token: string | undefined, justAccepted: boolean): string {
  const text = words[view.language]
  const marks = [view.drill ? text.drill : '', view.simulated ? text.simulated : ''].filter(
    (mark) => mark !== '',
  )
  const told = justAccepted
    ? text.accepted
    : view.state === 'open'
      ? text.question
      : view.state === 'acknowledged'
        ? text.acknowledged
        : text.resolved
  const form =
    token === undefined || justAccepted || view.state !== 'open'
      ? ''
      : `<form method="post"><input type="hidden" name="token" value="${escapeHtml(token)}"><button type="submit">${text.button}</button></form>`
  return [
    `<!doctype html><html lang="${view.language}"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${text.title}: ${escapeHtml(view.brandName)}</title><style>${ackStyle}</style></head><body><main>`,
    `<h1>${escapeHtml(view.brandName)}</h1>`,
    ...marks.map((mark) => `<p class="mark">${mark}</p>`),
    `<p class="facts">${text.since} ${escapeHtml(formatTime(view.openedAt, view.timeZone, view.language))} · ${text.severity} ${view.severity.toLocaleString(view.language, { minimumFractionDigits: 1, maximumFractionDigits: 1 })}</p>`,
    `<p>${told}</p>${form}</main></body></html>`,
  ].join('\n')
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

function formatTime(ms: number, timeZone: string, language: 'tr' | 'en'): string {
  const options = { dateStyle: 'medium', timeStyle: 'short' } as const
  const locale = language === 'tr' ? 'tr-TR' : 'en-GB'
  try {
    return new Intl.DateTimeFormat(locale, { ...options, timeZone }).format(ms)
  } catch {
    return new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(ms)
  }
}

import type { Page } from '../page/page.ts'

/** The page as an HTML mail: no script, no image, nothing loaded from outside; every text escaped. */
export function emailHtml(page: Page): string {
  const colour = page.kind === 'resolved' ? '#1a7f37' : page.kind === 'update' ? '#9a6700' : '#cf222e'
  const facts = page.facts.map(
    (fact) =>
      `<tr><th align="left" valign="top" style="padding:4px 12px 4px 0;color:#57606a;font-weight:normal">${escapeHtml(fact.label)}</th>` +
      `<td valign="top" style="padding:4px 0${fact.warn ? ';font-weight:bold' : ''}">${escapeHtml(fact.value)}</td></tr>`,
  )
  const samples = page.samples.map((sample) => {
    const link = sample.link
      ? `<br><a href="${escapeHtml(sample.link.url)}" rel="noreferrer noopener">${escapeHtml(sample.link.label)}</a>`
      : ''
    return `<p style="margin:8px 0;padding-left:10px;border-left:3px solid #d0d7de">${escapeHtml(sample.platform)}: ${escapeHtml(sample.text)}${link}</p>`
  })
  const action = page.action
    ? `<p style="margin:20px 0"><a href="${escapeHtml(page.action.url)}" rel="noreferrer noopener" style="background:${colour};color:#ffffff;padding:10px 18px;border-radius:6px;text-decoration:none">${escapeHtml(page.action.label)}</a></p>`
    : ''
  return [
    `<!doctype html><html lang="${page.language}"><head><meta charset="utf-8"><title>${escapeHtml(page.subject)}</title></head>`,
    '<body style="font-family:sans-serif;font-size:15px;color:#1f2328;max-width:640px">',
    `<h1 style="font-size:20px;color:${colour}">${escapeHtml(page.subject)}</h1>`,
    action,
    `<table cellspacing="0" cellpadding="0">${facts.join('')}</table>`,
    samples.length > 0 ? `<h2 style="font-size:16px">${escapeHtml(page.samplesHeading)}</h2>` : '',
    ...samples,
    '</body></html>',
  ].join('\n')
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/gu, (sign) => `&#${sign.charCodeAt(0)};`)
}

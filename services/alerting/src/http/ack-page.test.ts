import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ackPage } from './ack-page.ts'
import { securityHeaders } from './guard.ts'
import type { AckView } from './incident-view.ts'

describe('ackPage', () => {
  it('has one button while the incident is open, and none afterwards', () => {
    expect(ackPage(aView(), 't', false).match(/<button/g)).toHaveLength(1)
    expect(ackPage(aView({ state: 'acknowledged' }), 't', false)).not.toContain('<button')
    expect(ackPage(aView({ state: 'resolved' }), 't', false)).not.toContain('<button')
    expect(ackPage(aView(), 't', true)).not.toContain('<button')
  })

  it('shows names and tokens as text whatever they hold', () => {
    const html = ackPage(aView({ brandName: '<script>x</script>"' }), '"><script>', false)
    expect(html).not.toContain('<script>')
    expect(html).toContain('&#60;script&#62;x')
  })

  it('carries only the style that the security policy names', () => {
    const style = /<style>([\s\S]*)<\/style>/.exec(ackPage(aView(), 't', false))?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    expect(securityHeaders['content-security-policy']).toContain(`style-src 'sha256-${hash}'`)
  })

  it('says that it is a drill, or simulated', () => {
    expect(ackPage(aView({ drill: true, language: 'tr' }), 't', false)).toContain('tatbikat')
    expect(ackPage(aView({ simulated: true }), 't', false)).toContain('Simulated')
  })

  it('shows the time in the brand’s zone, and in UTC when the zone is unknown', () => {
    expect(ackPage(aView({ timeZone: 'Europe/Istanbul' }), 't', false)).toContain('15:00')
    expect(ackPage(aView({ timeZone: 'Nowhere/None' }), 't', false)).toContain('12:00')
  })
})

function aView(overrides: Partial<AckView> = {}): AckView {
  return {
    incident: 'i1',
    state: 'open',
    brandName: 'Lale Air',
    language: 'en',
    timeZone: 'UTC',
    openedAt: Date.UTC(2026, 0, 5, 12),
    severity: 1.4,
    drill: false,
    simulated: false,
    ...overrides,
  }
}

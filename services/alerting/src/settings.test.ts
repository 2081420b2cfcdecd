import { thresholdsConfig } from '@nabiz/shared/contracts'
import { hour } from '@nabiz/shared/time'
import { describe, expect, it } from 'vitest'
import { aBrand, aPlan } from '../tests/builders.ts'
import type { ConfigSource } from './ports.ts'
import { createSettings } from './settings.ts'

describe('createSettings', () => {
  it('takes name, language, zone, plan and join time from what is configured', () => {
    const settings = createSettings(source({ plan: { night: aPlan({ id: 'night' }) }, joinHours: 3 }), [
      'pager',
    ])
    expect(settings('lale-air')).toMatchObject({
      name: 'Lale Air',
      language: 'tr',
      timeZone: 'Europe/Istanbul',
      plan: { id: 'night' },
      joinMs: 3 * hour,
    })
  })

  it('falls back to the plan default, and without one to every channel there is', () => {
    const withDefault = createSettings(source({ plan: { default: aPlan() } }), ['pager', 'chat'])
    expect(withDefault('lale-air').plan.id).toBe('default')
    const without = createSettings(source({ plan: {} }), ['pager', 'chat'])
    expect(without('lale-air').plan.steps.map((step) => step.channels)).toEqual([['pager', 'chat']])
  })

  it('knows an unconfigured brand by its id', () => {
    const settings = createSettings(source({ plan: {} }), ['pager'])
    expect(settings('unheard-of')).toMatchObject({ name: 'unheard-of', language: 'en', timeZone: 'UTC' })
  })
})

function source(options: {
  plan: Record<string, ReturnType<typeof aPlan>>
  joinHours?: number
}): ConfigSource {
  const entry = <T>(content: T) => ({
    kind: 'brand' as const,
    id: 'x',
    version: 'v',
    content,
    offset: 0,
    by: 't',
    at: 0,
  })
  return {
    brand: (id) => (id === 'lale-air' ? entry(aBrand({ plan: 'night' })) : undefined),
    plan: (id) => {
      const plan = options.plan[id]
      return plan && entry(plan)
    },
    thresholds: () =>
      options.joinHours === undefined
        ? undefined
        : entry(thresholdsConfig.parse({ id: 'default', joinHours: options.joinHours })),
  }
}

import { loadConfig } from '@nabiz/shared/config'
import { ConfigError } from '@nabiz/shared/errors'
import { describe, expect, it } from 'vitest'
import { nabizConfig } from './nabiz-config.ts'

describe('nabizConfig', () => {
  it('takes an empty file: every field has a default', () => {
    expect(loadConfig(nabizConfig, '', 'nabiz.yaml', {})).toMatchObject({
      dataDir: '.nabiz/data',
      brands: [],
    })
  })

  it('names faults of fields and faults of references in one go', () => {
    const faults = faultsOf(`
colour: red
brands:
  - { id: kuzey, name: Kuzey Air, timeZone: Mars, names: [Kuzey Air], plan: night }
  - { id: kuzey, name: Again, names: [x] }
plans:
  - { id: default, steps: [{ channels: [pager] }] }
ingest:
  connectors:
    - { platform: webhook, secrets: [{ env: NOT_SET }], brands: [guney] }
    - { platform: fax }
`)
    expect(Object.fromEntries(faults.map((fault) => [fault.path, fault.expected]))).toMatchObject({
      colour: expect.stringContaining('spelling'),
      'brands[0].timeZone': expect.stringContaining('IANA'),
      'brands[0].plan': 'one of default',
      'brands[1].id': 'an id of its own',
      'brands[1]': expect.any(String),
      'plans[0].steps[0].channels[0]': 'one of log',
      'ingest.connectors[0].secrets[0]': expect.stringContaining('NOT_SET'),
      'ingest.connectors[1].platform': expect.stringContaining('webhook'),
    })
  })

  it('refuses thresholds under which firing and recovered could both hold', () => {
    const faults = faultsOf('thresholds: [{ id: default, recoverBelow: 1.2 }]')
    expect(faults[0]).toMatchObject({
      path: 'thresholds[0].recoverBelow',
      found: 'number 1.2',
      expected: expect.stringContaining('firing and recovered could both hold'),
    })
  })

  it.each([
    'largePerHour: 1e12',
    'smallPerHour: 1e12',
    'shortCount: 1e12',
    'firstDayPerHour: 1e12',
    'ratioHour: 1e6',
    'ratioShort: 1e6',
    'ratioDay: 1e6',
  ])('refuses a floor that makes paging impossible: %s', (floor) => {
    const faults = faultsOf(`thresholds: [{ id: default, floors: { ${floor} } }]`)
    expect(faults[0]?.path).toBe(`thresholds[0].floors.${floor.split(':')[0]}`)
    expect(faults[0]?.expected).toContain('nothing could ever page')
  })

  it('refuses to try thresholds there are none of, and those in force', () => {
    const of = (shadow: string) =>
      faultsOf(`
brands: [{ id: kuzey, name: Kuzey Air, names: [Kuzey Air], shadow: ${shadow} }]
thresholds: [{ id: default }, { id: sooner, sensitivity: 0.7 }]
`)[0]
    for (const shadow of ['default', 'night'])
      expect(of(shadow)).toMatchObject({
        path: 'brands[0].shadow',
        expected: 'others than those in force: sooner',
      })
  })

  it('refuses the same of a single signal, and a signal there is none of', () => {
    const of = (text: string) => faultsOf(`thresholds: [{ id: default, signals: { ${text} } }]`)[0]
    expect(of('reach: { recoverBelow: 1 }')?.expected).toContain('firing and recovered could both hold')
    expect(of('negative: { floors: { smallPerHour: 1e12 } }')?.expected).toContain('nothing could ever page')
    expect(of('negative: { authorsGate: 1e9 }')?.path).toBe('thresholds[0].signals.negative.authorsGate')
    expect(of('rumours: { sensitivity: 1 }')?.path).toContain('thresholds[0].signals')
    expect(of('volume: { joinHours: 3 }')?.path).toContain('thresholds[0].signals.volume')
  })

  it.each([
    [
      'negativity: { direction: fall }',
      'signals.negativity.direction',
      'only volume and authors can page by a fall',
    ],
    [
      'negative: { direction: both }',
      'signals.negative.direction',
      'only volume and authors can page by a fall',
    ],
    [
      'volume: { direction: fall, sensitivity: 5, windows: { fall: 30 } }',
      'signals.volume.direction',
      'silence pages nobody',
    ],
    ['volume: { windows: { fall: 101 } }', 'signals.volume.windows.fall', 'silence pages nobody'],
    [
      'volume: { floors: { ratioFall: 1 } }',
      'signals.volume.floors.ratioFall',
      'a usual hour would be a fall',
    ],
    ['volume: { direction: down }', 'signals.volume.direction', 'rise'],
  ])('refuses a fall that could never page, or always would: %s', (text, path, reason) => {
    const [fault] = faultsOf(`thresholds: [{ id: default, signals: { ${text} } }]`)
    expect(fault?.path).toBe(`thresholds[0].${path}`)
    expect(fault?.expected).toContain(reason)
  })

  it('refuses a gate of authors that nobody could pass', () => {
    const [fault] = faultsOf('thresholds: [{ id: default, authorsGate: 10000000 }]')
    expect(fault?.path).toBe('thresholds[0].authorsGate')
    expect(fault?.expected).toContain('nothing could ever page')
  })
})

function faultsOf(text: string) {
  try {
    loadConfig(nabizConfig, text, 'nabiz.yaml', {})
  } catch (err) {
    if (err instanceof ConfigError) return err.faults
    throw err
  }
  throw new Error('no fault found')
}

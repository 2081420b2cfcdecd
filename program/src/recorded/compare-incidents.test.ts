import { hour } from '@nabiz/shared/time'
import { expect, it } from 'vitest'
import { compareIncidents } from './compare-incidents.ts'
import type { FoundIncident } from './group-incidents.ts'

const noon = Date.UTC(2026, 2, 2, 12)

it('takes incidents within an hour of one another for one storm, each once', () => {
  const diff = compareIncidents(
    'velmora',
    [anIncident(0, 2), anIncident(10, 11)],
    [anIncident(1, 2), anIncident(2.5, 3), anIncident(20, 21)],
    [],
  )
  expect(diff.both).toHaveLength(1)
  expect(diff.onlyA.map(({ openedAt }) => openedAt)).toEqual([noon + 10 * hour])
  expect(diff.onlyB.map(({ openedAt }) => openedAt)).toEqual([noon + 2.5 * hour, noon + 20 * hour])
})

it('says of each confirmed crisis which of both finds it, and when', () => {
  const crisis = (from: number, to: number | undefined) => ({
    incident: `c${from}`,
    brand: 'velmora',
    openedAt: noon + from * hour,
    resolvedAt: to === undefined ? undefined : noon + to * hour,
  })
  const { crises } = compareIncidents(
    'velmora',
    [anIncident(0, 2), anIncident(20, 22), anIncident(40, 42)],
    [anIncident(1, 2), anIncident(40, 41), anIncident(60, 61)],
    [
      crisis(0, 2),
      crisis(20, 22),
      crisis(39, undefined),
      crisis(59, 61),
      { ...crisis(0, 2), brand: 'lorvex' },
    ],
  )
  expect(crises.map(({ verdict }) => verdict)).toEqual(['later', 'only A', 'same', 'only B'])
  expect(compareIncidents('velmora', [], [], [crisis(0, 1)]).crises[0]?.verdict).toBe('never')
})

function anIncident(from: number, to: number | undefined): FoundIncident {
  return {
    brand: 'velmora',
    openedAt: noon + from * hour,
    resolvedAt: to === undefined ? undefined : noon + to * hour,
    signals: ['volume'],
    severity: 1,
    peakSeverity: 1,
    pagedAt: [noon + from * hour],
    config: 'default',
  }
}

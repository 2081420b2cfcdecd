import { expect, it } from 'vitest'
import { createTeller, describeTransitions } from './describe-counts.ts'
import type { CountTransition } from './run-counts.ts'

it('opens an incident once: an episode that joins it is told only where it is louder by the factor, as an escalation', () => {
  const tell = createTeller(2)
  const told = [
    aTransition('opened', 1.5),
    aTransition('recovered', 0.2),
    aTransition('opened', 2.9, true),
    aTransition('recovered', 0.1),
    aTransition('opened', 3.1, true),
    aTransition('recovered', 0.1),
    aTransition('opened', 1.2),
  ].map((each) => tell(each)?.event)
  expect(told).toEqual(['opened', 'recovered', undefined, 'recovered', 'escalated', 'recovered', 'opened'])
})

it('calls it a re-opening in the table, and counts episodes and incidents', () => {
  const table = describeTransitions([
    aTransition('opened', 1.5),
    aTransition('recovered', 0.2),
    aTransition('opened', 1.1, true),
  ])
  expect(table).toContain('re-opened')
  expect(table).toContain('2 episodes, 1 incident\n')
})

function aTransition(event: CountTransition['event'], severity: number, joins = false): CountTransition {
  return { at: 0, event, signal: 'volume', severity, z: 6, value: 60, expected: 9, minutes: 60, joins }
}

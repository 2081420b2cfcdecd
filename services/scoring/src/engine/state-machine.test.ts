import { thresholdsConfig } from '@nabiz/shared/contracts'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Reader, Writer } from './codec.ts'
import {
  createMachine,
  decodeMachine,
  encodeMachine,
  isOpen,
  type Machine,
  type Step,
  shownState,
  stepMachine,
} from './state-machine.ts'

const thresholds = thresholdsConfig.parse({ id: 'default', recoverMinutes: 5 })

it('opens at the second minute at the boundary, whatever is asked within one minute', () => {
  const machine = createMachine()
  expect([1, 1, 1].map(() => step(machine, 1, 1.2))).toEqual([undefined, undefined, undefined])
  expect(machine.phase).toBe('pending')
  expect(step(machine, 2, 1)).toBe('opened')
})

it('opens at once at severity 2', () => {
  expect(step(createMachine(), 1, 2)).toBe('opened')
})

it('lets a pending rise go in an observed minute, not in one that nobody saw', () => {
  const machine = createMachine()
  step(machine, 1, 1)
  step(machine, 2, 0, false)
  expect(machine.phase).toBe('pending')
  step(machine, 3, 0, true)
  expect(machine.phase).toBe('ok')
  expect(step(machine, 4, 1)).toBe(undefined)
})

it('recovers after the observed calm minutes, begun anew by any rise', () => {
  const machine = createMachine()
  step(machine, 1, 3)
  expect([2, 3, 4, 5].map((minute) => step(machine, minute, 0.4))).toEqual(Array(4).fill(undefined))
  step(machine, 6, 0.6)
  expect(machine.phase).toBe('firing')
  const steps = [7, 8, 9, 10, 11].map((minute) => step(machine, minute, 0.4))
  expect(steps).toEqual([undefined, undefined, undefined, undefined, 'recovered'])
})

it('never opens twice without a recovery, never recovers in fewer observed minutes than asked', () => {
  const minutes = fc.array(
    fc.record({ severity: fc.constantFrom(0, 0.3, 0.6, 0.9, 1, 1.5, 2.5, 6), observed: fc.boolean() }),
    { maxLength: 120 },
  )
  fc.assert(
    fc.property(minutes, (evaluations) => {
      const machine = createMachine()
      let open = false
      let calm = 0
      evaluations.forEach(({ severity, observed }, at) => {
        const happened = step(machine, at + 1, severity, observed)
        calm = severity < thresholds.recoverBelow ? calm + (observed ? 1 : 0) : 0
        if (happened === 'opened') {
          expect(open).toBe(false)
          calm = 0
          open = true
        }
        if (happened === 'escalated') expect(open).toBe(true)
        if (happened === 'recovered') {
          expect(open).toBe(true)
          expect(observed).toBe(true)
          expect(calm).toBeGreaterThanOrEqual(thresholds.recoverMinutes)
          open = false
        }
        expect(isOpen(machine)).toBe(open)
      })
    }),
  )
})

it('comes back from its encoding as it was', () => {
  const machine = createMachine()
  step(machine, 1, 3)
  machine.past.push({ since: 5, until: 9 })
  const writer = new Writer()
  encodeMachine(machine, writer)
  expect(decodeMachine(new Reader(writer.finish(), 'machine'))).toEqual(machine)
})

it('shows an episode as it is, and blindness and warming only without one', () => {
  const quiet = createMachine()
  expect(shownState(quiet, true, true)).toBe('blind')
  expect(shownState(quiet, false, true)).toBe('warming')
  expect(shownState(quiet, false, false)).toBe('ok')
  const firing = createMachine()
  step(firing, 1, 3)
  expect(shownState(firing, true, true)).toBe('firing')
})

function step(machine: Machine, minute: number, severity: number, observed = true): Step {
  const at = minute * 60_000
  return stepMachine(machine, { minute, at, severity, severityWithoutFloors: severity, observed }, thresholds)
}

import { ManualClock, second } from '@nabiz/shared/time'
import { describe, expect, it } from 'vitest'
import { addressPart, idField, toMs } from './fields.ts'
import { parseJson } from './parse-json.ts'
import { isFresh } from './signatures.ts'
import { createStallGuard } from './stalling.ts'

describe('toMs', () => {
  it.each([
    [1_790_000_000, 1_790_000_000_000],
    [1_790_000_000.5, 1_790_000_000_500],
    [1_790_000_000_123, 1_790_000_000_123],
    [1_790_000_000_123_456, 1_790_000_000_123],
    ['1790000000', 1_790_000_000_000],
    ['2026-09-21T14:13:20+0000', 1_790_000_000_000],
    ['2026-09-21T17:13:20+03:00', 1_790_000_000_000],
    ['2026-09-21T14:13:20', 1_790_000_000_000],
    ['2026-09-21T14:13:20.123Z', 1_790_000_000_123],
    ['yesterday', undefined],
    [null, undefined],
    [-5, undefined],
    [Number.NaN, undefined],
    [{}, undefined],
  ])('reads %j', (time, expected) => {
    expect(toMs(time)).toBe(expected)
  })
})

describe('idField', () => {
  it('keeps ids beyond 2^53 by their digits, and writes none with an exponent', () => {
    const read = (json: string) => idField.safeParse(parseJson(Buffer.from(json))).data
    expect(read('7543210987654321098')).toBe('7543210987654321098')
    expect(read('1234567890321')).toBe('1234567890321')
    expect(read('"-2781149976877970683"')).toBe('-2781149976877970683')
    expect(read('1.5')).toBeUndefined()
    expect(read('""')).toBeUndefined()
  })
})

describe('isFresh', () => {
  const clock = new ManualClock(1_790_000_000_000)
  it.each([
    ['1790000000', true],
    ['1789999700', true],
    ['1790000301', false],
    ['1789999699', false],
    ['soon', false],
    [undefined, false],
  ])('takes %s for %s', (signedAt, expected) => {
    expect(isFresh(signedAt, clock, 300 * second)).toBe(expected)
  })
})

describe('a stall guard', () => {
  it('ends a line that says nothing for too long, and not one that does', async () => {
    const clock = new ManualClock(0)
    const guard = createStallGuard(clock, 'test', 20 * second, new AbortController().signal)
    clock.advance(15 * second)
    guard.touch()
    await Promise.resolve()
    clock.advance(15 * second)
    await new Promise((resolve) => setImmediate(resolve))
    expect(guard.signal.aborted).toBe(false)
    clock.advance(6 * second)
    await new Promise((resolve) => setImmediate(resolve))
    expect(guard.signal.aborted).toBe(true)
    expect(() => guard.check()).toThrow(/nothing for 20000 ms/)
    guard.close()
  })
})

describe('addressPart', () => {
  it('takes any text, also one with half a character', () => {
    expect(addressPart('a/b 😡\ud83d')).toBe('a%2Fb%20%F0%9F%98%A1%EF%BF%BD')
  })
})

import { describe, expect, it } from 'vitest'
import { Reader, Writer } from './codec.ts'
import { TextGroups } from './text-groups.ts'

describe('TextGroups', () => {
  it('counts near-equal texts as one and others apart', () => {
    const groups = new TextGroups()
    for (let at = 0; at < 300; at++)
      groups.add(at % 3 === 0 ? [1, 2, 3, 4, 5, 60, 70, at] : [1, 2, 3, 4, 5, 6, 7, 8], 100)
    for (let at = 0; at < 100; at++) groups.add(sketch(at), 100)
    groups.add(undefined, 100)
    expect(groups.most(100)).toEqual({ mentions: 300, of: 401 })
  })

  it('keeps what is said often however many texts are said once, and never counts too high', () => {
    const groups = new TextGroups()
    for (let at = 0; at < 5_000; at++) groups.add(at % 10 === 0 ? sketch(-1) : sketch(at), 100)
    const writer = new Writer()
    groups.encode(writer)
    expect(groups.most(100)).toEqual({ mentions: 500, of: 5_000 })
    expect(writer.finish().length).toBeLessThan(2_500)
  })

  it('forgets what is an hour old', () => {
    const groups = new TextGroups()
    for (let at = 0; at < 50; at++) groups.add(sketch(1), 100)
    groups.add(sketch(2), 150)
    expect(groups.most(150)).toEqual({ mentions: 50, of: 51 })
    expect(groups.most(181)).toEqual({ mentions: 1, of: 1 })
    expect(groups.most(1_000)).toEqual({ mentions: 0, of: 0 })
  })

  it('goes on from a checkpoint as if there had been none', () => {
    const whole = new TextGroups()
    let restored = new TextGroups()
    for (let at = 0; at < 400; at++) {
      const next = sketch(at % 7 === 0 ? 0 : at % 50)
      whole.add(next, 90 + Math.floor(at / 10))
      restored.add(next, 90 + Math.floor(at / 10))
      restored = again(restored)
    }
    expect(bytesOf(restored)).toEqual(bytesOf(whole))
    expect(restored.most(130)).toEqual(whole.most(130))
  })
})

function again(groups: TextGroups): TextGroups {
  return TextGroups.decode(new Reader(bytesOf(groups), 'groups'))
}

function bytesOf(groups: TextGroups): Uint8Array {
  const writer = new Writer()
  groups.encode(writer)
  return writer.finish()
}

function sketch(seed: number): number[] {
  return Array.from({ length: 8 }, (_, at) => Math.abs(Math.imul(seed * 8 + at + 1, 0x9e3779b1)))
}

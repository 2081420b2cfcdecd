import type { Log } from '@nabiz/shared/log'
import { beforeEach, describe, expect, it } from 'vitest'
import { aLog } from '../../tests/a-log.ts'
import type { ModelShelf } from '../sentiment/model-shelf.ts'
import { CarriedJudgements } from './carried-judgements.ts'

const partition = 7
const never = new AbortController().signal
let log: Log

beforeEach(async () => {
  log = await aLog()
})

describe('CarriedJudgements', () => {
  it('gives who reads again the same verdicts, though the engine would say something else, and asks it nothing', async () => {
    const first = aMember('first')
    expect(scoresOf(await first.of(10, 30))).toEqual(Array.from({ length: 20 }, () => 'first'))
    const second = aMember('second')
    expect(scoresOf(await second.of(10, 25))).toEqual(Array.from({ length: 15 }, () => 'first'))
    expect(scoresOf(await second.of(25, 32))).toEqual([
      ...Array.from({ length: 5 }, () => 'first'),
      'second',
      'second',
    ])
    expect(second.asked).toEqual([30, 31])
  })

  it('lets the first verdict in the log hold when two members judge the same mentions', async () => {
    const stray = aMember('stray')
    const owner = aMember('owner')
    await Promise.all([stray.of(0, 1), owner.of(0, 1)])
    const [one, other] = [await stray.of(1, 5), await owner.of(1, 5)]
    expect(scoresOf(one)).toEqual(scoresOf(other))
    // Both asked, one was heard.
    expect(stray.asked).toContain(1)
    expect(owner.asked).toContain(1)
    expect(scoresOf(await aMember('third').of(1, 5))).toEqual(scoresOf(one))
  })

  it('goes on from a checkpoint within the verdicts of one record', async () => {
    const first = aMember('first')
    await first.of(0, 10)
    first.carried.used(4)
    const position = first.carried.positionFor(4)
    const second = aMember('second', position)
    expect(scoresOf(await second.of(4, 10))).toEqual(Array.from({ length: 6 }, () => 'first'))
    first.carried.used(10)
    expect(first.carried.positionFor(10)).toBe(1)
  })

  it('reads no further ahead than it must', async () => {
    const first = aMember('first')
    for (let from = 0; from < 100; from += 10) await first.of(from, from + 10)
    const second = aMember('second')
    await second.of(0, 5)
    expect(second.carried.positionFor(0)).toBe(0)
    expect(second.carried.positionFor(100)).toBeLessThanOrEqual(2)
  })

  it('asks again for what a record holds that nobody understands', async () => {
    await log.append([{ topic: 'judgements', key: 'x', partition, value: Buffer.from('{"v":9}') }])
    const member = aMember('member')
    expect(scoresOf(await member.of(0, 2))).toEqual(['member', 'member'])
  })
})

function scoresOf(results: readonly { engine: string }[]): string[] {
  return results.map(({ engine }) => engine)
}

/** A member whose engine is called like it, so that a result tells who judged. */
function aMember(name: string, position?: number) {
  const asked: number[] = []
  const judgeTexts: ModelShelf['judgeTexts'] = async (texts) => {
    asked.push(...texts.map(({ text }) => Number(text)))
    return texts.map(() => ({ label: 'neutral', score: 0, confidence: 0, language: 'tr', engine: name }))
  }
  const carried = new CarriedJudgements(position, {
    log,
    partition,
    judgeTexts,
    reach: (_what, call) => call(),
  })
  return {
    asked,
    carried,
    of(from: number, to: number) {
      const offsets = Array.from({ length: to - from }, (_, index) => from + index)
      return carried.of(
        offsets.map((offset) => ({ offset, text: String(offset), languageHint: undefined, engine: name })),
        never,
      )
    },
  }
}

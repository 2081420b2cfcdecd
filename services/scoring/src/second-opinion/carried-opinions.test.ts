import { judgementsKey, opinionsKey, type SecondOpinion } from '@nabiz/shared/contracts'
import type { Log } from '@nabiz/shared/log'
import { beforeEach, describe, expect, it } from 'vitest'
import { aLog } from '../../tests/a-log.ts'
import { CarriedOpinions } from './carried-opinions.ts'

const partition = 7
const never = new AbortController().signal
let log: Log

beforeEach(async () => {
  log = await aLog()
})

describe('CarriedOpinions', () => {
  it('gives whoever reads again what was said of a breach', async () => {
    const first = aMember()
    expect(await first.find('a', never)).toBeUndefined()
    await first.write(saidOf('a', 40, 'first'), never)
    await first.write(saidOf('b', 50, 'first'), never)
    expect(await first.find('a', never)).toEqual(anOpinion('first'))
    const again = aMember()
    expect(await again.find('b', never)).toEqual(anOpinion('first'))
    expect(await again.find('a', never)).toEqual(anOpinion('first'))
    expect(await again.find('c', never)).toBeUndefined()
  })

  it('lets the first in the log hold when two members ask at once', async () => {
    const [owner, stray] = [aMember(), aMember()]
    await owner.find('a', never)
    await stray.find('a', never)
    await stray.write(saidOf('a', 40, 'stray'), never)
    await owner.write(saidOf('a', 40, 'owner'), never)
    expect(await owner.find('a', never)).toEqual(anOpinion('stray'))
    expect(await aMember().find('a', never)).toEqual(anOpinion('stray'))
  })

  it('goes on from a checkpoint where the first that may be needed stands', async () => {
    const first = aMember()
    await first.find('a', never)
    await first.write(saidOf('a', 40, 'first'), never)
    await first.write(saidOf('b', 50, 'first'), never)
    expect(first.positionFor(30)).toBe(0)
    expect(first.positionFor(40)).toBe(1)
    const next = aMember(first.positionFor(40))
    expect(await next.find('a', never)).toBeUndefined()
    expect(await next.find('b', never)).toEqual(anOpinion('first'))
    first.used(50)
    expect(first.positionFor(30)).toBe(2)
  })

  it('passes over verdicts on mentions and what no schema understands', async () => {
    for (const key of [judgementsKey, opinionsKey])
      await log.append([{ topic: 'judgements', key, partition, value: Buffer.from('{"v":1}') }])
    await log.append([{ topic: 'judgements', key: opinionsKey, partition, value: Buffer.from('no JSON') }])
    const member = aMember()
    expect(await member.find('a', never)).toBeUndefined()
    await member.write(saidOf('a', 40, 'first'), never)
    expect(await aMember().find('a', never)).toEqual(anOpinion('first'))
  })
})

function aMember(position?: number): CarriedOpinions {
  return new CarriedOpinions(position, { log, partition, reach: (_what, call) => call() })
}

function saidOf(breach: string, before: number, engine: string) {
  return { opinions: [{ breach, opinion: anOpinion(engine) }], before }
}

function anOpinion(engine: string): SecondOpinion {
  const share = { share: 0.5, low: 0.4, high: 0.6 }
  return { engine, mentions: 64, theirs: share, ours: share }
}

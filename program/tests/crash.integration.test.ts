import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { crashFaults } from './crash/crash-faults.ts'
import { type CrashRunResult, crashRun } from './crash/crash-run.ts'

const seed = 20_260_201
let folder = ''
let result: CrashRunResult

describe(`the whole of Nabız, killed 20 times while it is fed (seed ${seed})`, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nabiz-crash-'))
    result = await crashRun({ folder, kills: 20, seed, onProgress: () => undefined })
  }, 420_000)

  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('dies at every exact point between two writes', () => {
    expect(Object.entries(result.points).filter(([, hits]) => hits === 0)).toEqual([])
    expect(result.kills).toBe(20)
  })

  it('counts every mention once, in the minute in which it was written', () => {
    expect(result.killed.counted).toEqual(result.sentByMinute)
    expect(result.undisturbed.counted).toEqual(result.sentByMinute)
  })

  it('leaves nothing else to be found: state, breaches, incidents and pages as if nothing had happened', () => {
    expect(crashFaults(result)).toEqual([])
  })

  it('really had answers cut off', () => {
    expect(result.unanswered).toBeGreaterThan(0)
  })
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWithKafkaServer } from '../../shared/testing/servers/describe-with-kafka-server.ts'
import { describeWithRedisServer } from '../../shared/testing/servers/describe-with-redis-server.ts'
import { createClusterVictim } from './crash/cluster/cluster-victim.ts'
import { crashFaults } from './crash/crash-faults.ts'
import { type CrashRunResult, crashRun } from './crash/crash-run.ts'

const seed = 20_261_125
const kills = 12
let folder = ''
let result: CrashRunResult

describeWithKafkaServer(`two processes of each service, killed ${kills} times (seed ${seed})`, () => {
  describeWithRedisServer('while Kafka and Redis break too', () => {
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'nabiz-cluster-crash-'))
      result = await crashRun({
        folder,
        kills,
        seed,
        createVictim: createClusterVictim,
        onProgress: () => undefined,
      })
    }, 900_000)

    afterAll(() => rm(folder, { recursive: true, force: true }))

    it('counts every mention once, in the minute in which it was written', () => {
      expect(result.killed.counted).toEqual(result.sentByMinute)
      expect(result.undisturbed.counted).toEqual(result.sentByMinute)
    })

    it('leaves nothing else to be found: state, breaches, incidents and pages as if nothing had happened', () => {
      expect(crashFaults(result)).toEqual([])
    })

    it('really had members killed, answers of the broker lost and deliveries unanswered', () => {
      expect(result.kills).toBeGreaterThanOrEqual(kills)
      expect(result.points['breach-appended']).toBe(1)
      expect(result.points['before-answer']).toBe(1)
      expect(result.points['page-forgotten']).toBe(1)
      expect(result.points['answer-lost']).toBeGreaterThan(0)
      expect(result.unanswered).toBeGreaterThan(0)
    })
  })
})

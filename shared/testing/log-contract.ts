import { afterEach, beforeEach, describe } from 'vitest'
import type { Topic } from '../contracts/index.ts'
import type { Log } from '../log/index.ts'
import { ManualClock } from '../time/index.ts'
import { describeLogFaults } from './log-contract-faults.ts'
import { describeLogGroups } from './log-contract-groups.ts'
import { describeLogPositions } from './log-contract-positions.ts'
import { describeLogRecords } from './log-contract-records.ts'

/** One place where a driver keeps its log, fresh for each test (a folder, a prefix of topics and groups). */
export interface LogGround {
  /** Opens the log of this place; a driver whose log has a clock of its own may leave the given one aside. */
  open(clock: ManualClock): Promise<Log>
  /** Deletes a topic with its records and makes it again, as an operator's mistake would. */
  recreateTopic(log: Log, topic: Topic): Promise<void>
  /** Moves the log's own time on by at least 1 ms. */
  passTime(clock: ManualClock): Promise<void>
  /** Puts everything a topic holds past its retention and has it deleted. */
  expire(log: Log, topic: Topic, clock: ManualClock): Promise<void>
  /** Removes everything. */
  clear(): Promise<void>
}

/** What a test of the contract works with. */
export interface LogBench {
  log(): Log
  /** Closes the log and opens it again on the same place. */
  reopen(): Promise<Log>
  passTime(): Promise<void>
  recreateTopic(topic: Topic): Promise<void>
  expire(topic: Topic): Promise<void>
}

/** Promises every driver of the log port keeps; `makeGround` gives each test a place of its own. */
export function describeLogContract(name: string, makeGround: () => Promise<LogGround>): void {
  describe(`${name}: log contract`, () => {
    let ground: LogGround
    let clock: ManualClock
    let log: Log

    beforeEach(async () => {
      ground = await makeGround()
      clock = new ManualClock(Date.UTC(2025, 0, 1, 12))
      log = await ground.open(clock)
    })

    afterEach(async () => {
      await log.close()
      await ground.clear()
    })

    const bench: LogBench = {
      log: () => log,
      async reopen() {
        await log.close()
        log = await ground.open(clock)
        return log
      },
      passTime: () => ground.passTime(clock),
      recreateTopic: (topic) => ground.recreateTopic(log, topic),
      expire: (topic) => ground.expire(log, topic, clock),
    }

    describeLogRecords(bench)
    describeLogGroups(bench)
    describeLogPositions(bench)
    describeLogFaults(bench)
  })
}

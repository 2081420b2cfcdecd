import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { skipPartition, skip as skipRecord } from '@nabiz/shared/contracts'
import { createSilentLogger } from '@nabiz/shared/logging'
import { systemClock } from '@nabiz/shared/time'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { runInProcess } from '../../tests/cli/run-in-process.ts'
import { type Drivers, openDrivers } from '../drivers.ts'

let dataDir = ''

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'nabiz-skip-'))
  const drivers = await open()
  const value = Buffer.from('anything')
  await drivers.log.append([{ topic: 'mentions', key: 'velmora', partition: 7, value }])
  await drivers.close()
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

it('writes a record of the decision, with the reason and who it was', async () => {
  const { code, told } = await nabiz('skip', '7', '0', '--reason', 'bug 12', '--by', 'ada')
  expect({ code, told }).toEqual({ code: 0, told: expect.stringContaining('offset 0 of partition 7') })
  const drivers = await open()
  const topicId = await drivers.log.topicId('mentions')
  const records = drivers.log.read({ topic: 'config', partition: skipPartition, from: 0 })
  const values = []
  for await (const batch of records) for (const { value } of batch) values.push(Buffer.from(value).toString())
  expect(values.map((text) => skipRecord.parse(JSON.parse(text)))).toEqual([
    { v: 1, type: 'skip', topicId, partition: 7, offset: 0, reason: 'bug 12', by: 'ada' },
  ])
  await drivers.close()
})

it.each([
  ['7', '1', 'expected a record from 0 to 0'],
  ['8', '0', 'expected a partition with records'],
  ['64', '0', 'expected a number from 0 to 63'],
  ['7', 'first', 'a whole number from 0 is expected'],
])(
  'refuses partition %s, offset %s, with exit code 2 and what would be right',
  async (partition, offset, right) => {
    const { code, told } = await nabiz('skip', partition, offset, '--reason', 'bug 12', '--by', 'ada')
    expect({ code, told }).toEqual({ code: 2, told: expect.stringContaining(right) })
  },
)

it('asks for the reason and the person', async () => {
  expect((await nabiz('skip', '7', '0', '--by', 'ada')).told).toContain('--reason')
  expect((await nabiz('skip', '7', '0', '--reason', 'bug 12')).told).toContain('--by')
})

it('is refused with exit code 3 while another holds the folder', async () => {
  const drivers = await open()
  expect((await nabiz('skip', '7', '0', '--reason', 'bug 12', '--by', 'ada')).code).toBe(3)
  await drivers.close()
})

function open(): Promise<Drivers> {
  return openDrivers({ dataDir, fsync: false, clock: systemClock, logger: createSilentLogger() })
}

/** Runs a command line in this process on the folder; what it told on either stream is one text. */
async function nabiz(...argv: string[]): Promise<{ code: number; told: string }> {
  const { exitCode, stdout, stderr } = await runInProcess([...argv, '--data-dir', dataDir])
  return { code: exitCode, told: stdout + stderr }
}

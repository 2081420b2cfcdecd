import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { day, hour, minute } from '@nabiz/shared/time'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runNabiz } from './cli/run-nabiz.ts'

const start = Date.UTC(2026, 2, 2)
const stormAt = start + 4 * day
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nabiz-backtest-'))
  const rows = Array.from({ length: (5 * day) / (5 * minute) }, (_, index) => {
    const at = start + index * 5 * minute
    const isStorm = at >= stormAt && at < stormAt + hour
    return `${new Date(at).toISOString()},${5 + (index % 3) + (isStorm ? 400 : 0)}`
  })
  await writeFile(join(folder, 'counts.csv'), `timestamp,value\n${rows.join('\n')}\n`)
  await writeFile(
    join(folder, 'nabiz.yaml'),
    `brands:
  - { id: velmora, name: Velmora, names: [Velmora], thresholds: quiet, timeZone: Europe/Istanbul }
  - { id: lorvex, name: Lorvex, names: [Lorvex] }
thresholds: [{ id: quiet, sensitivity: 5, windows: { m60: 1000, m15: 1000, m5: 1000, steady: 1000 } }]
`,
  )
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function backtest(...args: string[]) {
  return runNabiz(['backtest', 'counts', ...args], { cwd: folder })
}

it('prints a line of JSON for each transition and says on stderr what was read', async () => {
  const { exitCode, stdout, stderr } = await backtest('counts.csv', '--json')
  const told = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(exitCode).toBe(0)
  expect(told[0]).toMatchObject({ event: 'opened', signal: 'volume' })
  expect(told[0].at).toBe(new Date(stormAt + 5 * minute).toISOString())
  expect(told.at(-1).event).toBe('recovered')
  expect(Object.keys(told[0])).toEqual(['at', 'event', 'signal', 'severity', 'z', 'value', 'expected'])
  expect(stderr).toBe('1440 rows of 5 minutes, 2026-03-02 00:00 to 2026-03-07 00:00 UTC\n')
})

it('draws a report beside the table', async () => {
  const { exitCode, stdout } = await backtest('counts.csv', '--report', 'report.html')
  expect(exitCode).toBe(0)
  expect(stdout).toContain('1 episode, 1 incident')
  expect(await readFile(join(folder, 'report.html'), 'utf8')).toContain('<svg')
})

it('judges by the thresholds of the brand that is named', async () => {
  const quiet = await backtest('counts.csv', '--config', 'nabiz.yaml', '--brand', 'velmora', '--json')
  expect(quiet).toMatchObject({ exitCode: 0, stdout: '' })
  const shipped = await backtest('counts.csv', '--config', 'nabiz.yaml', '--brand', 'lorvex', '--json')
  expect(shipped.stdout).toContain('"opened"')
})

it('ends with 2 and says what would be right', async () => {
  await writeFile(join(folder, 'wrong.csv'), 'timestamp,value\n2026-03-02 00:00,1\n2026-03-02 00:05,-1\n')
  for (const [args, message] of [
    [['wrong.csv'], /wrong\.csv has 1 fault:\n {2}line 3: found "-1"; expected a count/],
    [['nowhere.csv'], /nowhere\.csv.*\n.*nothing that can be read/],
    [['counts.csv', '--brand', 'velmora'], /--brand: found no config/],
    [['counts.csv', '--config', 'nabiz.yaml', '--brand', 'nobody'], /expected one of: velmora, lorvex/],
    [['counts.csv', '--time-zone', 'Mars/Olympus'], /IANA time zone/],
    [['counts.csv', '--report', 'no/such/folder.html'], /a file in a folder that exists/],
  ] as const) {
    const { exitCode, stderr } = await backtest(...args)
    expect(stderr).toMatch(message)
    expect(exitCode).toBe(2)
  }
})

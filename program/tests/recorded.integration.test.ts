import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { columnMap } from '@nabiz/ingest'
import { createConfigView } from '@nabiz/shared/config-view'
import { type IncidentRecord, incidentRecord } from '@nabiz/shared/contracts'
import { type NewRecord, openEmbeddedLog, partitionOf } from '@nabiz/shared/log'
import { createSilentLogger } from '@nabiz/shared/logging'
import { hour, ManualClock, minute } from '@nabiz/shared/time'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeOnEachDriver } from '../../shared/testing/each-driver.ts'
import { findCandidate } from '../src/recorded/candidate.ts'
import { incidentJson } from '../src/recorded/describe-incidents.ts'
import { recordedIncidents } from '../src/recorded/recorded-incidents.ts'
import { replayRecorded } from '../src/recorded/replay-recorded.ts'
import { type ReplayResult, replay } from '../src/replay/replay.ts'
import { loadFile } from '../src/replay/replay-file.ts'
import { runInProcess } from './cli/run-in-process.ts'
import { recordsOf } from './determinism/emissions.ts'
import { writeInventedFile } from './invented-file.ts'

const stormAt = Date.UTC(2026, 1, 2) + 30 * hour
let folder = ''
let lived: ReplayResult

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nabiz-recorded-'))
  const csv = join(folder, 'invented.csv')
  await writeInventedFile(csv, 11)
  lived = await replay({
    file: await loadFile(csv, columnMap.parse({ createdAt: 'created_at' }), [], () => undefined),
    config: undefined,
    logger: createSilentLogger(),
    speed: undefined,
    dataDir: join(folder, 'data'),
    stopping: new AbortController().signal,
    onProgress: () => undefined,
  })
  await confirmFirst(join(folder, 'data', 'log'))
  await writeFile(
    join(folder, 'deaf.yaml'),
    'thresholds: [{ id: default, sensitivity: 5, floors: { smallPerHour: 100000, largePerHour: 100000, firstDayPerHour: 100000 } }]\n',
  )
  await writeFile(
    join(folder, 'later.yaml'),
    'thresholds: [{ id: default, pendingEvaluations: 12, immediateAt: 100 }]\n',
  )
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A person says that the first incident was a crisis. */
async function confirmFirst(logFolder: string): Promise<void> {
  // By today's clock the log would drop what is past its retention.
  const log = await openEmbeddedLog({
    folder: logFolder,
    clock: new ManualClock(stormAt + 10 * hour),
    fsync: false,
  })
  const first = (await recordedIncidents(log))[0]
  const partition = partitionOf(first?.brand ?? '')
  const records: IncidentRecord[] = []
  const [bounds] = (await log.bounds('incidents')).filter((one) => one.partition === partition)
  for (const { value } of await recordsOf(log, 'incidents', partition, 0, bounds?.end ?? 0))
    records.push(incidentRecord.parse(JSON.parse(Buffer.from(value).toString('utf8'))))
  const last = records.findLast(({ incident }) => incident === first?.id)
  const marked = {
    ...last,
    id: 'marked',
    sequence: (last?.sequence ?? 0) + 1,
    change: 'marked',
    mark: 'confirmed',
  }
  await log.append([
    {
      topic: 'incidents',
      key: first?.brand ?? '',
      value: Buffer.from(JSON.stringify(incidentRecord.parse(marked))),
    },
  ])
  await log.close()
}

/** Words that name a file stand for one in the folder. */
function nabiz(...args: string[]) {
  const named = args.map((arg) => (/^[a-z]+\.(yaml|html)$/.test(arg) ? join(folder, arg) : arg))
  const place = args.includes('--data-dir') ? [] : ['--data-dir', join(folder, 'data')]
  return runInProcess(['backtest', ...named, ...place])
}

describe('nabiz backtest log', () => {
  it('finds the incidents that the pipeline made of the mentions, within the minute', async () => {
    const { exitCode, stdout, stderr } = await nabiz('log', '--json')
    const found = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(exitCode).toBe(0)
    expect(stderr).toContain('lorvex: ')
    expect(lived.incidents.length).toBeGreaterThan(0)
    expect(found.map(({ brand }) => brand)).toEqual(lived.incidents.map(({ brand }) => brand))
    lived.incidents.forEach((incident, index) => {
      const later = Date.parse(found[index].openedAt) - Date.parse(incident.openedAt)
      expect(later).toBeGreaterThanOrEqual(0)
      expect(later).toBeLessThanOrEqual(minute)
      expect(found[index].resolvedAt).toBe(incident.resolvedAt)
      expect([...found[index].signals].sort()).toEqual([...incident.signals].sort())
    })
  })

  it('finds the very same incidents in the mentions of the log, and in an export of them', async () => {
    const told = (stdout: string) =>
      stdout === ''
        ? []
        : stdout
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line))
    const lives = lived.incidents.map(({ brand, openedAt, resolvedAt, peakSeverity }) => ({
      brand,
      openedAt,
      resolvedAt,
      peakSeverity,
    }))
    const logged = await nabiz('log', '--mentions', '--json')
    expect(logged.stderr).toBe('')
    expect(told(logged.stdout)).toMatchObject(lives)
    const out = join(folder, 'mentions.ndjson')
    await runInProcess(['export', 'mentions', '--out', out, '--data-dir', join(folder, 'data')])
    const exported = await nabiz('log', '--mentions', out, '--json', '--report', 'exported.html')
    expect(told(exported.stdout).map(({ brand }) => brand)).toEqual(lives.map(({ brand }) => brand))
    told(exported.stdout).forEach(({ openedAt }, index) => {
      expect(Math.abs(Date.parse(openedAt) - Date.parse(lives[index]?.openedAt ?? ''))).toBeLessThanOrEqual(
        2 * minute,
      )
    })
    expect((await nabiz('log', '--mentions', out, '--config', 'deaf.yaml')).stdout).toBe(
      'nobody would have been paged\n',
    )
    expect((await nabiz('log', '--mentions', '--brand', 'tindara', '--json')).stdout).toBe('')
  })

  it('names the lines of an export that are no mentions', async () => {
    await writeFile(join(folder, 'wrong.ndjson'), '\n{"v":1}\nnot json\n')
    const wrong = await nabiz('log', '--mentions', join(folder, 'wrong.ndjson'))
    expect(wrong).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/line 2[\s\S]*line 3/) })
    const none = await nabiz('log', '--mentions', join(folder, 'nothing.ndjson'))
    expect(none).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('nothing that can be read') })
  })

  it('judges by other thresholds and by a part of the time', async () => {
    expect(await nabiz('log', '--config', 'deaf.yaml')).toMatchObject({
      exitCode: 0,
      stdout: 'nobody would have been paged\n',
    })
    const before = new Date(stormAt).toISOString()
    expect((await nabiz('log', '--to', before)).stdout).toBe('nobody would have been paged\n')
    const report = await nabiz('log', '--from', before, '--report', 'log.html')
    expect(report.stdout).toContain('lorvex')
  })

  it.each([
    [['log', '--from', 'yesterday'], /--from: found "yesterday"; expected a day/],
    [['log', '--from', '2026-02-30'], /--from: found "2026-02-30"/],
    [['log', '--from', '2026-03-01', '--to', '2026-02-01'], /expected a moment before --to/],
    [['log', '--brand', 'nobody'], /no counts of nobody/],
    [['log', '--config', 'night@123'], /found "night@123"; expected active, shipped, a config file/],
    [['log', '--warm-up', '-1'], /a whole number from 0 to 400/],
    [['log', '--data-dir', 'elsewhere'], /log: found none in elsewhere/],
    [['diff', 'active', 'nothing.yaml'], /found ".*nothing.yaml"/],
  ])('ends with 2 and says what would be right: %s', async (args, message) => {
    const { exitCode, stderr } = await nabiz(...args)
    expect(stderr).toMatch(message)
    expect(exitCode).toBe(2)
  })
})

describe('nabiz backtest diff', () => {
  it('tells who would page alone, who both, and by how much later', async () => {
    const [alone] = (await nabiz('diff', 'active', 'deaf.yaml', '--brand', 'lorvex', '--json')).stdout.split(
      '\n',
    )
    expect(JSON.parse(alone ?? '')).toMatchObject({ brand: 'lorvex', both: [], onlyB: [] })
    expect(JSON.parse(alone ?? '').onlyA).toHaveLength(1)
    expect(JSON.parse(alone ?? '').crises).toMatchObject([{ verdict: 'only A', b: null }])
    const both = await nabiz(
      'diff',
      'shipped',
      'later.yaml',
      '--brand',
      'lorvex',
      '--json',
      '--report',
      'diff.html',
    )
    const told = JSON.parse(both.stdout)
    expect(told.both).toHaveLength(1)
    expect(told.both[0].laterByMs).toBeGreaterThanOrEqual(9 * minute)
    const table = await nabiz('diff', 'active', 'shipped')
    expect(table.stdout).toContain('1 both, 0 only A, 0 only B')
  })
})

describe('nabiz backtest sweep, nabiz backtest suggest', () => {
  const vary = ['--vary', 'sensitivity=1,5', '--vary', 'floors.firstDayPerHour=100,100000']

  it('says of every combination what it would have cost and found, the best first', async () => {
    const { exitCode, stdout } = await nabiz('sweep', ...vary, '--json', '--report', 'sweep.html')
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(exitCode).toBe(0)
    expect(rows).toHaveLength(4)
    expect(rows[0]).toMatchObject({ found: 1, missed: 0, unmarked: 0, falsePerBrandWeek: 0 })
    expect(rows.map(({ missed }) => missed)).toEqual([...rows.map(({ missed }) => missed)].sort())
    expect(await readFile(join(folder, 'sweep.html'), 'utf8')).toContain('confirmed crises found')
    expect((await nabiz('sweep', '--vary', 'sensitivity=1', '--threads', '1')).stdout).toContain(
      '1 combination over 2 brands',
    )
  })

  it('proposes a sensitivity for each brand, with the curve behind it and what to doubt', async () => {
    const { stdout } = await nabiz('suggest', '--json')
    const told = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const lorvex = told.find(({ brand }) => brand === 'lorvex')
    const tindara = told.find(({ brand }) => brand === 'tindara')
    expect(lorvex).toMatchObject({ brand: 'lorvex', confirmed: 1, rejected: 0 })
    expect(lorvex.curve).toHaveLength(29)
    expect(
      lorvex.curve.find(({ sensitivity }: { sensitivity: number }) => sensitivity === lorvex.sensitivity)
        .found,
    ).toBe(1)
    expect(lorvex.doubt).toContain('only 0.2 weeks')
    expect(tindara.sensitivity).toBeNull()
    expect(tindara.doubt).toContain('nobody marked an incident of this brand')
    const table = await nabiz('suggest', '--brand', 'lorvex', '--report', 'suggest.html')
    expect(table.stdout).toContain('{ id: lorvex, sensitivity: ')
    expect(await readFile(join(folder, 'suggest.html'), 'utf8')).toContain('suggested sensitivity')
  })

  it.each([
    [['sweep'], /--vary/],
    [['sweep', '--vary', 'speed=1'], /--vary: found "speed"; expected a number of the thresholds/],
    [['sweep', '--vary', 'sensitivity=900'], /--vary: found sensitivity 900/],
    [['suggest', '--budget', 'few'], /--budget: found "few"/],
    [['suggest', '--threads', '0'], /a whole number from 1 to 256/],
  ])('ends with 2 and says what would be right: %s', async (args, message) => {
    const { exitCode, stderr } = await nabiz(...args)
    expect(stderr).toMatch(message)
    expect(exitCode).toBe(2)
  })
})

describeOnEachDriver('recorded counts', (drivers) => {
  it('give the same incidents on every driver', async () => {
    const place = drivers.place(join(folder, drivers.kind))
    const clock = new ManualClock(Date.now())
    const source = await openEmbeddedLog({ folder: join(folder, 'data', 'log'), readOnly: true })
    const { log, close } = await place.open(clock)
    try {
      for (const topic of ['config', 'counts'] as const)
        for (const { partition, earliest, end } of await source.bounds(topic)) {
          const records: NewRecord[] = await recordsOf(source, topic, partition, earliest, end)
          if (records.length > 0) await log.append(records)
        }
      const found = []
      for (const each of [source, log]) {
        const view = createConfigView(each, { clock })
        await view.refresh()
        const result = await replayRecorded({
          log: each,
          range: { from: 0, to: clock.now() },
          brand: undefined,
          warmUpDays: 70,
          candidates: [findCandidate(undefined, view, {}, clock.now())],
          lived: [],
          onSeries: () => undefined,
        })
        found.push(result.map(({ brand, found: [own = []] }) => ({ brand, own: own.map(incidentJson) })))
      }
      expect(found[1]).toEqual(found[0])
      expect(found[0]?.flatMap(({ own }) => own)).toHaveLength(lived.incidents.length)
    } finally {
      await source.close()
      await close()
      await place.clear()
    }
  })
})

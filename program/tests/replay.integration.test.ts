import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { createSilentLogger } from '@nabiz/shared/logging'
import { hour, minute } from '@nabiz/shared/time'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { countOf } from '../src/count-of.ts'
import { replay } from '../src/replay/replay.ts'
import { loadFile } from '../src/replay/replay-file.ts'
import { runNabiz } from './cli/run-nabiz.ts'
import { makeRecording, toCsv, toNdjson } from './replay/recorded-rows.ts'

const counts = z.record(z.string(), z.int().min(1))
const time = z.iso.datetime()

/** What `--json` promises, and nothing beside it. */
const printed = z.strictObject({
  rows: z.int(),
  mentions: z.record(z.string(), z.int().min(0)),
  dropped: counts,
  deadLettered: counts,
  incidents: z.array(
    z.strictObject({
      brand: z.string(),
      signal: z.string(),
      openedAt: time,
      resolvedAt: time.nullable(),
      peakSeverity: z.number().min(1),
    }),
  ),
  pages: z.int(),
})
type Printed = z.infer<typeof printed>

const recording = makeRecording(7)
const map = 'text=body,createdAt=when,id=ref,author=writer,brand=label'
let folder = ''
let byLabel: Printed

describe('nabiz replay', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nabiz-replay-test-'))
    await writeFile(join(folder, 'export.csv'), toCsv(recording))
    byLabel = await replayJson(['export.csv', '--map', map])
  }, 120_000)

  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('accounts for every row, to the last one', () => {
    expect(byLabel).toMatchObject({
      rows: recording.rows.length + 1,
      mentions: recording.byLabel,
      dropped: { duplicate: recording.duplicates, no_brand: 1 },
      deadLettered: { schema: 1, csv_row: 1 },
    })
    expect(totalOf(byLabel.mentions) + totalOf(byLabel.dropped) + totalOf(byLabel.deadLettered)).toBe(
      byLabel.rows,
    )
  })

  it('finds the storm of the one brand within half an hour, sees it end, and finds none of the other', () => {
    expect(byLabel.incidents.map((incident) => incident.brand)).toEqual(['velmora'])
    const [storm] = byLabel.incidents
    const opened = Date.parse(storm?.openedAt ?? '')
    expect(opened).toBeGreaterThanOrEqual(recording.stormStartsAt)
    expect(opened).toBeLessThan(recording.stormStartsAt + 30 * minute)
    expect(Date.parse(storm?.resolvedAt ?? '')).toBeGreaterThan(recording.stormStartsAt + 2 * hour)
    expect(byLabel.pages).toBeGreaterThan(0)
  })

  it('finds brands in the texts when a config names them, with a map from a file', async () => {
    await writeFile(
      join(folder, 'nabiz.yaml'),
      'brands:\n  - { id: velmora, name: Velmora, names: [Velmora] }\n  - { id: dorinco, name: Dorinco, names: [Dorinco] }\n',
    )
    await writeFile(join(folder, 'map.yaml'), 'text: body\ncreatedAt: when\nid: ref\nauthor: writer\n')
    const byText = await replayJson(['export.csv', '--config', 'nabiz.yaml', '--map', 'map.yaml'])
    expect(byText.mentions).toEqual(recording.byText)
    expect(byText.dropped).toEqual(byLabel.dropped)
    // One row names both brands and counts for both.
    expect(totalOf(byText.mentions)).toBe(totalOf(byLabel.mentions) + 1)
    expect(byText.incidents.map((incident) => incident.brand)).toEqual(['velmora'])
  }, 120_000)

  it('gives the same for gzipped NDJSON, whatever the batches', async () => {
    await writeFile(join(folder, 'export.ndjson.gz'), gzipSync(toNdjson(recording)))
    const zipped = await replayJson(['export.ndjson.gz', '--map', map, '--batch', '7'])
    expect(zipped).toEqual({ ...byLabel, deadLettered: { schema: 1, not_json: 1 } })
  }, 120_000)

  it('tells people the same as programs', async () => {
    const { exitCode, stdout } = await runNabiz(['replay', 'export.csv', '--map', map], { cwd: folder })
    expect(exitCode).toBe(0)
    expect(stdout).toContain(`${byLabel.rows} rows`)
    expect(stdout).toMatch(new RegExp(`velmora +${recording.byLabel.velmora}`))
    expect(stdout).toContain(`dropped: ${recording.duplicates} duplicate, 1 no_brand`)
    expect(stdout).toContain(`1 incident, ${countOf(byLabel.pages, 'page')} delivered`)
  }, 120_000)

  it.each([
    [['nowhere.csv'], 'nothing that can be read'],
    [['export.csv', '--map', 'nowhere.yaml'], 'nowhere.yaml'],
    [['export.csv', '--map', 'text=headline'], 'headline'],
    [['export.csv', '--map', 'body=text'], 'unknown field'],
    [['export.csv', '--map', 'text=body,createdAt=when'], '--map brand=COLUMN'],
    [['export.csv', '--speed', 'fast'], 'a number above 0'],
    [['export.csv', '--batch', '0.5'], 'a whole number above 0'],
  ])(
    'refuses %j and says why',
    async (args, why) => {
      const { exitCode, stdout, stderr } = await runNabiz(['replay', ...args], { cwd: folder })
      expect(exitCode).toBe(2)
      expect(stderr).toContain(why)
      expect(stdout).toBe('')
    },
    60_000,
  )

  it('takes its time when told a speed', async () => {
    const path = join(folder, 'slow.csv')
    await writeFile(
      path,
      'text,time,brand\nfirst,2025-03-03T10:00:00Z,Velmora\nlast,2025-03-03T10:02:00Z,Velmora\n',
    )
    const at: number[] = []
    const result = await replay({
      file: await loadFile(path, {}, [], () => undefined),
      config: undefined,
      logger: createSilentLogger(),
      speed: 120,
      dataDir: undefined,
      stopping: new AbortController().signal,
      onProgress: () => at.push(performance.now()),
    })
    expect(result).toMatchObject({ rows: 2, mentions: { velmora: 2 }, faults: [] })
    // Two minutes at 120 times real time are a second; timers may be early by a ms each.
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThan(990)
  })
})

async function replayJson(args: readonly string[]): Promise<Printed> {
  const { exitCode, stdout, stderr } = await runNabiz(['replay', ...args, '--json'], { cwd: folder })
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  return printed.parse(JSON.parse(stdout))
}

function totalOf(values: Readonly<Record<string, number>>): number {
  return Object.values(values).reduce((sum, value) => sum + value, 0)
}

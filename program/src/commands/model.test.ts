import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLexiconEngine } from '@nabiz/scoring'
import { createSilentLogger } from '@nabiz/shared/logging'
import { systemClock } from '@nabiz/shared/time'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { runInProcess } from '../../tests/cli/run-in-process.ts'
import { openDrivers } from '../drivers.ts'

const lexicon = createLexiconEngine().id
let folder = ''
let path = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nabiz-model-command-'))
  path = join(folder, 'nabiz.yaml')
  const dataDir = join(folder, 'data')
  const sentiment = { engine: 'http', http: { url: 'http://127.0.0.1:1/', model: 'theirs@1' } }
  await writeFile(path, JSON.stringify({ dataDir, sentiment }))
  await (await open()).close()
})
afterEach(() => rm(folder, { recursive: true, force: true }))

it('lists the engines at hand, puts one in force and says so', async () => {
  const rows = JSON.parse((await nabiz('list', '--json')).told) as { engine: string; inForce: boolean }[]
  const theirs = rows.find(({ engine }) => engine.startsWith('http/theirs@1#'))?.engine ?? ''
  expect(rows.map(({ engine }) => engine)).toEqual(expect.arrayContaining([theirs, lexicon]))
  expect(rows.some(({ inForce }) => inForce)).toBe(false)
  expect(await nabiz('activate', theirs, '--by', 'ada')).toMatchObject({
    code: 0,
    told: expect.stringContaining(`${theirs} is in force`),
  })
  expect((await nabiz('activate', theirs, '--by', 'ada')).told).toContain('in force already')
  expect((await nabiz('list')).told).toMatch(new RegExp(`${theirs} +yes +yes`))
  expect(JSON.parse((await nabiz('show')).told)).toMatchObject({ engine: theirs, by: 'ada', inForce: true })
  const shown = JSON.parse((await nabiz('show', lexicon)).told) as object
  expect(shown).toMatchObject({
    engine: lexicon,
    inForce: false,
    confusion: { tr: { sensitivity: expect.any(Number) } },
  })
})

it('shows an engine that is in force and not at hand', async () => {
  const rows = JSON.parse((await nabiz('list', '--json')).told) as { engine: string }[]
  const theirs = rows.find(({ engine }) => engine.startsWith('http/'))?.engine ?? ''
  await nabiz('activate', theirs, '--by', 'ada')
  await writeFile(path, JSON.stringify({ dataDir: join(folder, 'data') }))
  const { told } = await nabiz('list')
  expect(told).toMatch(new RegExp(`${theirs} +yes +no`))
  expect(told).toMatch(new RegExp(`${lexicon} +no +yes`))
})

it('refuses an engine that is not at hand, with those that are', async () => {
  const { code, told } = await nabiz('activate', 'bert@9', '--by', 'ada')
  expect(code).toBe(2)
  expect(told).toContain('bert@9')
  expect(told).toContain(lexicon)
})

it('says so while nabiz runs on the embedded log', async () => {
  const drivers = await open()
  expect((await nabiz('activate', lexicon, '--by', 'ada')).code).toBe(3)
  await drivers.close()
})

function open() {
  return openDrivers({
    dataDir: join(folder, 'data'),
    fsync: false,
    clock: systemClock,
    logger: createSilentLogger(),
  })
}

/** Runs `nabiz model …` in this process; what it told on either stream is one text. */
async function nabiz(...argv: string[]): Promise<{ code: number; told: string }> {
  const { exitCode, stdout, stderr } = await runInProcess(['model', ...argv, '-c', path])
  return { code: exitCode, told: stdout + stderr }
}

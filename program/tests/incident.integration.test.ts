import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { IncidentRecord } from '@nabiz/shared/contracts'
import { ManualClock, minute } from '@nabiz/shared/time'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeOnEachDriver } from '../../shared/testing/each-driver.ts'
import { confirmedCrises, recordedIncidents } from '../src/recorded/recorded-incidents.ts'
import { runInProcess } from './cli/run-in-process.ts'

const opened = Date.UTC(2026, 2, 2)
const env = { ADMIN: 'admin-token-of-the-test' }
let folder = ''
let config = ''
let server: Server
const asked: { url: string; authorization: string; body: unknown }[] = []
let answer = { status: 202, body: {} as object }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nabiz-incident-'))
  server = createServer((request, response) => {
    let text = ''
    request.on('data', (part) => {
      text += part
    })
    request.on('end', () => {
      const { url = '', headers } = request
      asked.push({ url, authorization: headers.authorization ?? '', body: JSON.parse(text) })
      response
        .writeHead(answer.status, { 'content-type': 'application/json' })
        .end(JSON.stringify(answer.body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  config = join(folder, 'nabiz.yaml')
  await writeFile(config, `alerting: { port: ${port}, adminToken: { env: ADMIN } }\n`)
})
afterAll(async () => {
  server.close()
  await rm(folder, { recursive: true, force: true })
})

describe('nabiz incident mark', () => {
  it('tells alerting, with the admin token and nothing of it in what it prints', async () => {
    const args = [
      'incident',
      'mark',
      'abc',
      'confirmed',
      '--by',
      'elif',
      '--note',
      'it was',
      '--config',
      config,
    ]
    expect(await runInProcess(args, env)).toEqual({ exitCode: 0, stdout: 'abc: confirmed\n', stderr: '' })
    expect(asked.at(-1)).toEqual({
      url: '/incidents/abc/mark',
      authorization: `Bearer ${env.ADMIN}`,
      body: { mark: 'confirmed', by: 'elif', note: 'it was' },
    })
  })

  it('says what would be right when the mark, the id, the token or the service is not', async () => {
    const mark = (...args: string[]) =>
      runInProcess(['incident', 'mark', ...args, '--by', 'elif', '--config', config], env)
    expect(await mark('abc', 'maybe')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('false_alarm'),
    })
    answer = { status: 404, body: { error: 'no such incident' } }
    expect(await mark('abc', 'expected')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('incident list'),
    })
    const away = await mark('abc', 'expected', '--url', 'http://127.0.0.1:1')
    expect(away).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('must run to take a mark') })
    const bare = join(folder, 'bare.yaml')
    await writeFile(bare, '')
    const refused = await runInProcess([
      'incident',
      'mark',
      'abc',
      'expected',
      '--by',
      'elif',
      '--config',
      bare,
    ])
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('alerting.adminToken') })
  })
})

describeOnEachDriver('recorded incidents', (drivers) => {
  it('stand as their last record tells them, without probes and drills, with their marks', async () => {
    const place = drivers.place(join(folder, drivers.kind))
    const { log, close } = await place.open(new ManualClock(opened))
    try {
      const records = [
        aRecord({ sequence: 0 }),
        aRecord({ sequence: 1, change: 'resolved', state: 'resolved', resolvedAt: opened + minute }),
        aRecord({
          sequence: 2,
          change: 'marked',
          state: 'resolved',
          resolvedAt: opened + minute,
          mark: 'confirmed',
        }),
        aRecord({ incident: 'later', openedAt: opened + minute }),
        aRecord({ incident: 'probe', probe: true }),
        aRecord({ incident: 'drill', drill: true }),
        aRecord({ incident: 'other', brand: 'lorvex' }),
      ]
      await log.append(
        records.map((value) => ({
          topic: 'incidents' as const,
          key: value.brand,
          value: Buffer.from(JSON.stringify(value)),
        })),
      )
      const found = await recordedIncidents(log)
      expect(found.map(({ id }) => id)).toEqual(['other', 'first', 'later'])
      expect(found[1]).toMatchObject({ mark: 'confirmed', resolvedAt: opened + minute, peakSeverity: 3 })
      expect(confirmedCrises(found).map(({ incident }) => incident)).toEqual(['first'])
      expect((await recordedIncidents(log, 'lorvex')).map(({ id }) => id)).toEqual(['other'])
    } finally {
      await close()
      await place.clear()
    }
  })
})

function aRecord(overrides: Partial<IncidentRecord>): IncidentRecord {
  return {
    v: 1,
    id: `${overrides.incident ?? 'first'}-${overrides.sequence ?? 0}`,
    incident: 'first',
    brand: 'velmora',
    sequence: 0,
    change: 'opened',
    state: 'open',
    at: opened,
    by: 'nabiz',
    signals: ['volume'],
    severity: 1,
    peakSeverity: 3,
    openedAt: opened,
    breaches: ['b'],
    ...overrides,
  }
}

import { execFile, execFileSync, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { z } from 'zod'
import { signatureOf } from './crash/feeder.ts'
import { createInstallation, ended, signingSecret } from './crash/installation.ts'
import { writeInventedFile } from './invented-file.ts'

const bin = fileURLToPath(new URL('../bin/nabiz.mjs', import.meta.url))
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nabiz-commands-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('a config file', () => {
  it('with two faults ends with exit code 2 and names both: path, what was found, what would be right', async () => {
    const path = await configFile({
      brands: [{ id: 'Lorvex!', name: 'Lorvex' }],
      scoring: { port: 'ninety' },
    })
    const { code, stderr } = await nabiz(['config', 'check', path])
    expect(code).toBe(2)
    expect(stderr).toMatch(/brands\[0\]\.id.*Lorvex!.*lower-case/)
    expect(stderr).toMatch(/scoring\.port.*ninety.*number/)
  })

  it('that names a missing environment variable ends with exit code 2 and says which', async () => {
    const secrets = [{ env: 'NABIZ_NOT_SET_ANYWHERE' }]
    const path = await configFile({ ingest: { connectors: [{ platform: 'webhook', secrets }] } })
    for (const command of [
      ['config', 'check', path],
      ['all', '--config', path],
    ]) {
      const { code, stderr } = await nabiz(command)
      expect(code).toBe(2)
      expect(stderr).toContain('NABIZ_NOT_SET_ANYWHERE')
    }
  })
})

describe('nabiz replay', () => {
  const result = z.object({
    rows: z.number(),
    mentions: z.record(z.string(), z.number()),
    dropped: z.record(z.string(), z.number()),
    deadLettered: z.union([z.number(), z.record(z.string(), z.number())]),
  })

  it.each(['csv', 'ndjson'])(
    'buries a line of 10 MB in a %s file and accounts for every other row',
    async (format) => {
      const csv = join(folder, 'invented.csv')
      const rows = await writeInventedFile(csv, 5)
      const path = await withLongLine(csv, format)
      const { code, stdout, stderr } = await nabiz([
        'replay',
        path,
        '--map',
        'createdAt=created_at',
        '--json',
      ])
      expect([code, stderr]).toEqual([0, ''])
      const found = result.parse(JSON.parse(stdout))
      const sum = (counts: Record<string, number>) =>
        Object.values(counts).reduce((total, count) => total + count, 0)
      const { deadLettered } = found
      expect(typeof deadLettered === 'number' ? deadLettered : sum(deadLettered)).toBe(1)
      expect(found.rows).toBe(rows + 1)
      expect(sum(found.mentions) + sum(found.dropped)).toBe(rows)
    },
    60_000,
  )
})

describe('a full disk', () => {
  it.skipIf(!canMount())(
    'is answered with 503 and log_full, and costs nothing once there is room again',
    async () => {
      const mount = join(folder, 'disk')
      await mkdir(mount)
      const go = join(folder, 'go')
      const installation = await createInstallation(mount, 'http://127.0.0.1:9/')
      // The config lies under the mount point: it is read into the mounted disk before the program starts.
      const script = [
        `cp ${mount}/nabiz.yaml ${folder}/full.yaml`,
        `mount -t tmpfs -o size=80m none ${mount}`,
        `(while [ ! -e ${go} ]; do sleep 0.1; done; mount -o remount,size=400m none ${mount}) &`,
        `exec ${process.execPath} ${bin} all --config ${folder}/full.yaml`,
      ].join('\n')
      const child = spawn('unshare', ['-rm', 'sh', '-c', script], {
        env: { ...process.env, NABIZ_CRASH_SECRET: signingSecret },
        stdio: ['ignore', 'ignore', 'ignore'],
      })
      try {
        while (!(await installation.isReady())) {
          expect(child.exitCode).toBeNull()
          await sleep(100)
        }
        let accepted = 0
        const push = async () => {
          const items = Array.from({ length: 20 }, (_, n) => ({
            id: `m-${accepted}-${n}`,
            text: `lorvex ${accepted} ${n} ${'uzun '.repeat(4_000)}`,
            createdAt: Date.now() - 1_000,
          }))
          const body = JSON.stringify({ items })
          const headers = { 'content-type': 'application/json', ...signatureOf(body) }
          const response = await fetch(installation.pushUrl, { method: 'POST', headers, body })
          const text = await response.text()
          if (response.ok) accepted += items.length
          return { status: response.status, text }
        }
        let answer = await push()
        while (answer.status === 202 && accepted < 10_000) answer = await push()
        expect(answer).toMatchObject({ status: 503, text: expect.stringMatching(/(log|store)_full/) })
        expect(child.exitCode).toBeNull()
        const origin = new URL(installation.pushUrl).origin
        expect(await (await fetch(`${origin}/metrics`)).text()).toMatch(
          /nabiz_ingest_deliveries_unavailable_total\{.*\} [1-9]/,
        )
        await writeFile(go, '')
        for (let tries = 0; answer.status !== 202 && tries < 100; tries += 1) {
          await sleep(100)
          answer = await push()
        }
        expect(answer.status).toBe(202)
        await expect
          .poll(() => counted(installation.scoringUrl), { timeout: 30_000, interval: 250 })
          .toBe(accepted)
      } finally {
        child.kill('SIGTERM')
        await ended(child)
      }
    },
    120_000,
  )
})

/** Mentions that scoring says it counted. */
async function counted(scoringUrl: string): Promise<number> {
  const text = await (await fetch(`${scoringUrl}/metrics`)).text()
  const series = text.matchAll(/^nabiz_scoring_mentions_counted_total\{[^}]*brand="lorvex"[^}]*\} (\d+)$/gm)
  return [...series].reduce((sum, match) => sum + Number(match[1]), 0)
}

async function configFile(config: unknown): Promise<string> {
  const path = join(folder, 'nabiz.yaml')
  await writeFile(path, stringify(config))
  return path
}

/** The same rows with one in the middle that is 10 MB long. */
async function withLongLine(csv: string, format: string): Promise<string> {
  const [header = '', ...lines] = (await readFile(csv, 'utf8')).trimEnd().split('\n')
  const columns = header.split(',')
  const long = `x,lorvex,${'a'.repeat(10 * 1_048_576)},2026-02-02T00:00:00.000Z,nobody`
  const half = Math.floor(lines.length / 2)
  const all = [...lines.slice(0, half), long, ...lines.slice(half)]
  const toJson = (line: string) => {
    // Only the text, the third cell, may hold commas, in quotes.
    const cells = /^([^,]*),([^,]*),"?(.*?)"?,([^,]*),([^,]*)$/.exec(line)?.slice(1) ?? []
    return JSON.stringify(Object.fromEntries(cells.map((cell, at) => [columns[at], cell])))
  }
  const text = format === 'csv' ? [header, ...all] : all.map(toJson)
  const path = join(folder, `long.${format}`)
  await writeFile(path, `${text.join('\n')}\n`)
  return path
}

async function nabiz(argv: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [bin, ...argv], { cwd: folder })
    return { code: 0, stdout, stderr }
  } catch (err) {
    return z.object({ code: z.number(), stdout: z.string(), stderr: z.string() }).parse(err)
  }
}

function canMount(): boolean {
  try {
    execFileSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', tmpdir()], { stdio: 'ignore' })
    return true
  } catch {
    process.stderr.write('SKIPPED: a full disk, for want of unshare and mount\n')
    return false
  }
}

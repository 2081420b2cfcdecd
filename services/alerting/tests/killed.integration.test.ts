import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { incidentId } from '../src/incidents/identify.ts'
import { until } from './harness.ts'

interface Told {
  incident: string
  sequence: number
  kind: string
  maybeRepeat: boolean
}

const child = fileURLToPath(new URL('killed.child.ts', import.meta.url))
const perLife = 10
const lives = 4

let folder = ''
let server: Server | undefined
let running: ChildProcess | undefined
afterEach(async () => {
  running?.kill('SIGKILL')
  server?.closeAllConnections()
  server?.close()
  await rm(folder, { recursive: true, force: true })
})

describe('alerting under SIGKILL', () => {
  it('tells every incident, and repeats only what was under way, marked', { timeout: 90_000 }, async () => {
    folder = await mkdtemp(join(tmpdir(), 'nabiz-killed-'))
    const told: Told[] = []
    let answering = true
    server = createServer((request, response) => {
      let body = ''
      request.on('data', (part) => {
        body += part
      })
      request.on('end', () => {
        told.push(JSON.parse(body))
        // Unanswered: the notice has arrived, and its sender dies before it knows.
        if (answering) response.end('ok')
      })
    })
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo

    for (let life = 0; life < lives; life++) {
      const before = told.length
      answering = true
      running = start(port, life * perLife, (life + 1) * perLife)
      const answered = life
      await until(() => {
        if (told.length >= before + answered) answering = false
        return told.length > before + answered
      })
      await kill(running)
    }
    answering = true
    running = start(port, 0, lives * perLife)
    const incidents = () => new Set(told.map((entry) => entry.incident))
    await until(() => incidents().size === lives * perLife)
    await new Promise((resolve) => setTimeout(resolve, 500))
    await kill(running)

    const expected = Array.from({ length: lives * perLife }, (_, i) =>
      incidentId(`brand-${i}`, `breach-${i}`),
    )
    expect([...incidents()].sort()).toEqual(expected.sort())
    const seen = new Set<string>()
    for (const { incident, sequence, kind, maybeRepeat } of told) {
      expect(kind).toBe('page')
      const name = `${incident} ${sequence}`
      if (seen.has(name)) expect(maybeRepeat).toBe(true)
      seen.add(name)
    }
    // One name an incident: a repeat is recognisable as one, so every receiver shows one page.
    expect(seen.size).toBe(lives * perLife)
    expect(told.length).toBeGreaterThan(seen.size)
  })
})

function start(port: number, from: number, to: number): ChildProcess {
  const args = ['--import', 'tsx', child, folder, `http://127.0.0.1:${port}`, String(from), String(to)]
  return spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] })
}

function kill(process: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    process.once('exit', () => resolve())
    process.kill('SIGKILL')
  })
}

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { type DriverPlace, describeOnEachDriver } from '../../../shared/testing/each-driver.ts'
import { incidentId } from '../src/incidents/identify.ts'

interface Told {
  incident: string
  sequence: number
  kind: string
  maybeRepeat: boolean
}

const child = fileURLToPath(new URL('killed.child.ts', import.meta.url))
const perLife = 10
/** How long the next one may take to be given its partitions: the brokers wait until the dead one's session has ended. */
const takenOverWithinMs = 60_000

let folder = ''
let place: DriverPlace
let server: Server | undefined
let running: ChildProcess | undefined
afterEach(async () => {
  running?.kill('SIGKILL')
  server?.closeAllConnections()
  server?.close()
  await place.clear()
  await rm(folder, { recursive: true, force: true })
})

describeOnEachDriver('alerting under SIGKILL', (drivers) => {
  // On the cluster each life begins with the wait for the end of the dead one's session.
  const lives = drivers.kind === 'embedded' ? 4 : 2

  it('tells every incident, and repeats only what was under way, marked', { timeout: 240_000 }, async () => {
    folder = await mkdtemp(join(tmpdir(), 'nabiz-killed-'))
    place = drivers.place(folder)
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
      }, takenOverWithinMs)
      await kill(running)
    }
    answering = true
    running = start(port, 0, lives * perLife)
    const incidents = () => new Set(told.map((entry) => entry.incident))
    await until(() => incidents().size === lives * perLife, takenOverWithinMs)
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
  const args = [
    '--import',
    'tsx',
    child,
    JSON.stringify(place.config),
    `http://127.0.0.1:${port}`,
    String(from),
    String(to),
  ]
  return spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] })
}

async function until(condition: () => boolean, withinMs: number): Promise<void> {
  const giveUpAt = Date.now() + withinMs
  while (!condition()) {
    if (Date.now() > giveUpAt) throw new Error(`still not so: ${condition.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

function kill(process: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    process.once('exit', () => resolve())
    process.kill('SIGKILL')
  })
}

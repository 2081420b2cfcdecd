import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSkips } from '@nabiz/scoring'
import { partitionOf } from '@nabiz/shared/log'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type DriverPlace, describeOnEachDriver } from '../../shared/testing/each-driver.ts'
import { createInstalled, eventually, type Installed } from './cli/installed.ts'
import { countedInState } from './cli/read-log.ts'
import { type RunningNabiz, runNabiz, startNabiz } from './cli/run-nabiz.ts'

const velmora = { id: 'velmora', name: 'Velmora', names: ['Velmora'] }
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nabiz-cli-test-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the command line', () => {
  it.each([
    [''],
    ['all'],
    ['ingest'],
    ['scoring'],
    ['alerting'],
    ['replay'],
    ['status'],
    ['config'],
    ['config check'],
    ['backtest'],
    ['backtest counts'],
    ['sentiment'],
  ])('explains "%s", exit codes included', async (command) => {
    const { exitCode, stdout } = await runNabiz([...command.split(' '), '--help'].filter(Boolean), {
      cwd: folder,
    })
    expect(exitCode).toBe(0)
    expect(stdout).toContain(`Usage: nabiz ${command}`.trim())
    expect(stdout).toMatch(/Exit codes:[\s\S]*\b0\b[\s\S]*\b1\b[\s\S]*\b2\b[\s\S]*\b3\b[\s\S]*\b4\b/)
  })

  it.each([
    [['frobnicate'], 'frobnicate'],
    [['all', '--colour'], '--colour'],
    [['replay'], 'file'],
  ])('ends %j with 2 and names what it does not know', async (args, named) => {
    const { exitCode, stderr } = await runNabiz(args, { cwd: folder })
    expect(exitCode).toBe(2)
    expect(stderr).toContain(named)
  })
})

describe('nabiz config check', () => {
  it('says what a right file holds', async () => {
    await writeFile(
      join(folder, 'right.yaml'),
      'brands: [{ id: velmora, name: Velmora, names: [Velmora] }]\n',
    )
    const { exitCode, stdout } = await runNabiz(['config', 'check', 'right.yaml'], { cwd: folder })
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('1 brands') })
  })

  it('names every fault and the missing variable at once, and shows no secret', async () => {
    await writeFile(
      join(folder, 'wrong.yaml'),
      `brands: [{ id: Velmora!, name: Velmora, names: [Velmora], plan: nights }]
ingest: { connectors: [{ platform: webhook, secrets: [{ env: NOT_THERE }] }] }
alerting: { readToken: swordfish-in-plain-sight, adminToken: { env: ADMIN } }
`,
    )
    const { exitCode, stdout, stderr } = await runNabiz(['config', 'check', 'wrong.yaml'], {
      cwd: folder,
      env: { ADMIN: 'swordfish-of-the-environment' },
    })
    expect(exitCode).toBe(2)
    expect(stderr).toContain('brands[0].id')
    expect(stderr).toContain('brands[0].plan')
    expect(stderr).toMatch(/ingest\.connectors\[0\]\.secrets\[0\].*NOT_THERE/)
    expect(stderr).toMatch(/alerting\.readToken.*\{ env: NAME \}/)
    expect(stdout + stderr).not.toContain('swordfish')
  })
})

describe('nabiz without a config', () => {
  it('is the demonstration: says that all of it is simulated, and ends at Ctrl-C with 0', async () => {
    const empty = await mkdtemp(join(folder, 'empty-'))
    const nabiz = startNabiz([], { cwd: empty })
    await eventually(async () => nabiz.stdout().includes('history') || undefined)
    nabiz.child.kill('SIGINT')
    expect(await nabiz.ended()).toBe(0)
    expect(nabiz.stdout()).toContain('SIMULATED')
    expect(nabiz.stderr()).toBe('')
  }, 120_000)
})

describeOnEachDriver('nabiz all', (drivers) => {
  let installed: Installed
  let place: DriverPlace
  let nabiz: RunningNabiz | undefined
  const blockers: Server[] = []

  beforeAll(async () => {
    place = drivers.place(join(folder, 'data'))
    installed = await createInstalled(folder, place)
    await installed.configure({ brands: [velmora] })
  })
  afterEach(async () => {
    nabiz?.child.kill('SIGKILL')
    await nabiz?.ended()
    for (const blocker of blockers.splice(0)) blocker.close()
  })
  afterAll(() => place.clear())

  it('answers /livez, /readyz and /metrics for each service, and nabiz status beside it', async () => {
    nabiz = await installed.start()
    await installed.push('Velmora is here')
    for (const [service, url] of Object.entries(installed.urls)) {
      expect((await fetch(`${url}/livez`)).status).toBe(200)
      expect((await fetch(`${url}/readyz`)).status).toBe(200)
      expect(await (await fetch(`${url}/metrics`)).text()).toContain(`service="${service}"`)
    }

    const row = await eventually(async () => {
      const { exitCode, stdout } = await runNabiz(['status', '--json'], {
        cwd: folder,
        env: installed.env,
      })
      expect(exitCode).toBe(0)
      const rows = JSON.parse(stdout) as Record<string, unknown>[]
      return rows.find(
        (entry) =>
          entry.stage === 'scoring' && entry.partition === partitionOf('velmora') && entry.position !== null,
      )
    })
    expect(row).toEqual({
      stage: 'scoring',
      topic: 'mentions',
      partition: partitionOf('velmora'),
      owner: 'program-test',
      position: expect.any(Number),
      end: expect.any(Number),
      lag: expect.any(Number),
      partitionTime: expect.any(Number),
      checkpointAgeMs: expect.any(Number),
      stateBytes: expect.any(Number),
    })
    expect(Math.abs(Date.now() - Number(row.partitionTime))).toBeLessThan(60_000)

    const { exitCode, stdout } = await runNabiz(['status'], { cwd: folder, env: installed.env })
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/owner +position +lag +partition time +checkpoint age/)
    expect(stdout).toContain('program-test')
  }, 120_000)

  // A folder belongs to one process; a cluster is there for many.
  if (drivers.kind === 'embedded')
    it('refuses a second process on the same folder: exit 3, who holds it, and what to do', async () => {
      nabiz = await installed.start()
      const second = await runNabiz(['all'], { cwd: folder, env: installed.env })
      expect(second.exitCode).toBe(3)
      expect(second.stderr).toContain(String(nabiz.child.pid))
      expect(second.stderr).toContain('stop that process')
    }, 60_000)

  it('ends with 3 when its port is taken, and names the port', async () => {
    const port = Number(new URL(installed.urls.scoring).port)
    const blocker = createServer().listen(port, '127.0.0.1')
    blockers.push(blocker)
    const { exitCode, stderr } = await runNabiz(['all'], { cwd: folder, env: installed.env })
    expect(exitCode).toBe(3)
    expect(stderr).toContain(String(port))
    expect(stderr).toContain('another port')
  }, 120_000)

  it('ends at SIGTERM with 0, and what was acknowledged just before is counted after the next start', async () => {
    const before = await installed.withDrivers((opened) => countedInState(opened, 'velmora'))
    nabiz = await installed.start()
    const texts = Array.from({ length: 200 }, (_, index) => `Velmora again, number ${index}`)
    expect(await installed.push(...texts)).toMatchObject({ passed: 200 })
    nabiz.child.kill('SIGTERM')
    expect(await nabiz.ended()).toBe(0)

    nabiz = await installed.start()
    await installed.push('Velmora once more')
    const counted = () => installed.withDrivers((opened) => countedInState(opened, 'velmora'))
    await eventually(async () => ((await counted()) >= before + 201 ? true : undefined))
    nabiz.child.kill('SIGINT')
    expect(await nabiz.ended()).toBe(0)
    expect(await counted()).toBe(before + 201)
  }, 120_000)

  it('has nabiz skip write the decision', async () => {
    const partition = partitionOf('velmora')
    const options = { cwd: folder, env: installed.env }
    const who = ['--reason', 'bug 12', '--by', 'ada']
    const { exitCode, stderr } = await runNabiz(['skip', String(partition), '0', ...who], options)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    const skips = await installed.withDrivers(({ log }) => readSkips(log, partition))
    expect(skips).toEqual(new Map([[0, 'ada']]))
  }, 120_000)

  it('ends with 4 when a partition had stopped, which /readyz told before', async () => {
    const garbage = Array.from({ length: 100 }, () => ({
      topic: 'mentions' as const,
      key: 'velmora',
      value: Buffer.from('no mention'),
    }))
    await installed.withDrivers(({ log }) => log.append(garbage), false)
    nabiz = startNabiz(['all'], { cwd: folder, env: installed.env })
    const told = await eventually(async () => {
      const answer = await fetch(`${installed.urls.scoring}/readyz`).catch(() => undefined)
      const text = (await answer?.text()) ?? ''
      return text.includes('stopped') ? { status: answer?.status, text } : undefined
    })
    expect(told.status).toBe(503)
    expect(told.text).toContain(`partition ${partitionOf('velmora')} stopped`)
    nabiz.child.kill('SIGTERM')
    expect(await nabiz.ended()).toBe(4)
  }, 120_000)
})

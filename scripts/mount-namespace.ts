import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A mount namespace; nothing mounted in it is seen outside or stays behind. Needs Linux, root and util-linux. */
export interface Namespace {
  /** Runs a command to its end; resolves to what it wrote, rejects with its errors. */
  inside(command: readonly string[]): Promise<string>
  /** Starts a command; its process id is the child's own. */
  spawnInside(command: readonly string[]): ChildProcess
  close(): Promise<void>
}

/** Opens a namespace in which `folder` is empty and in memory. */
export async function openNamespace(folder: string): Promise<Namespace> {
  const script = 'mount -t tmpfs nabiz "$0" && echo ready && exec cat'
  const keeper = spawn('unshare', ['--mount', 'sh', '-c', script, folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => keeper.once('close', () => resolve()))
  await Promise.race([once(keeper.stdout, 'data'), ended])
  if (keeper.exitCode !== null) throw new Error('no mount namespace can be had: found no root or no unshare')
  const enter = ['--target', String(keeper.pid), '--mount', '--']
  return {
    async inside(command) {
      return (await run('nsenter', [...enter, ...command], { maxBuffer: 2 ** 26 })).stdout
    },
    spawnInside: (command) => spawn('nsenter', [...enter, ...command], { stdio: ['ignore', 'pipe', 'pipe'] }),
    async close() {
      // Its input ends with this process too, so the namespace never outlives it.
      keeper.stdin.end()
      await ended
    },
  }
}

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../bin/nabiz.mjs', import.meta.url))

export interface RunOptions {
  cwd: string
  /** Beside PATH and HOME of this process, nothing else. */
  env?: Readonly<Record<string, string>>
}

/** A `nabiz` process as a user starts it, with what it has written so far. */
export interface RunningNabiz {
  child: ChildProcess
  stdout(): string
  stderr(): string
  /** Resolves to the exit code, or the name of the signal that ended it. */
  ended(): Promise<number | string>
}

/** Starts `node program/bin/nabiz.mjs …` in a folder of its own. */
export function startNabiz(args: readonly string[], options: RunOptions): RunningNabiz {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: options.cwd,
    env: { PATH, HOME, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const written = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written.stderr += text
  })
  const closed = once(child, 'close')
  return {
    child,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    async ended() {
      await closed
      return child.exitCode ?? child.signalCode ?? 'unknown'
    },
  }
}

/** Runs a command to its end. */
export async function runNabiz(args: readonly string[], options: RunOptions) {
  const nabiz = startNabiz(args, options)
  const exitCode = await nabiz.ended()
  return { exitCode, stdout: nabiz.stdout(), stderr: nabiz.stderr() }
}

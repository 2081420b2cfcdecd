import { Readable, Writable } from 'node:stream'
import { runCommandLine } from '../../src/command-line.ts'
import type { ProcessEdge } from '../../src/process-edge.ts'

/**
 * Runs a command in this process, with what it wrote: quicker than a process, for commands that start nothing. `input`:
 * what it finds on standard input.
 */
export async function runInProcess(args: readonly string[], env: ProcessEdge['env'] = {}, input = '') {
  const written = { stdout: '', stderr: '' }
  const stream = (name: keyof typeof written) => {
    const writable = new Writable({
      write(part: string | Uint8Array, _encoding, done) {
        written[name] += typeof part === 'string' ? part : Buffer.from(part).toString('utf8')
        done()
      },
    })
    return Object.assign(writable, { isTTY: false }) as unknown as NodeJS.WriteStream
  }
  const exitCode = await runCommandLine(args, {
    env,
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    stdin: Readable.from([Buffer.from(input)]) as unknown as NodeJS.ReadStream,
    stopping: new AbortController().signal,
    stop: () => undefined,
    exit: () => undefined,
    onHangUp: () => undefined,
    setFatalLogger: () => undefined,
  })
  return { exitCode, ...written }
}

import { type ChildProcess, spawn } from 'node:child_process'
import { openSync } from 'node:fs'

/** A server process that never outlives the process that started it. */
export interface Supervised {
  /** Id of the server itself, for signals. */
  readonly pid: number
  readonly exited: Promise<void>
  isRunning(): boolean
  /** Sends a signal and waits until the server is gone. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

/**
 * The server runs beside a reader of our pipe: when this process dies, however it dies, the pipe closes and the reader
 * kills the server. fd 3 tells the server's id.
 */
const guard = `
"$@" 0</dev/null 3>&- 4<&- &
server=$!
echo $server >&3
exec 3>&-
( cat <&4 >/dev/null; kill -9 $server ) >/dev/null 2>&1 &
reader=$!
wait $server
kill $reader 2>/dev/null
`

/** Starts a command; its output goes to `logFile`. Rejects when it cannot be started. */
export async function startSupervised(command: readonly string[], logFile: string): Promise<Supervised> {
  const log = openSync(logFile, 'a')
  const child = spawn('bash', ['-c', guard, 'guard', ...command], {
    stdio: ['ignore', log, log, 'pipe', 'pipe'],
  })
  let running = true
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      running = false
      // Ends the reader too, which holds the other end open and would keep this process from ending.
      const pipe = child.stdio[4]
      if (pipe && 'destroy' in pipe) pipe.destroy()
      resolve()
    })
  })
  const pid = await readPid(child)
  return {
    pid,
    exited,
    isRunning: () => running,
    async end(signal) {
      if (running) {
        try {
          process.kill(pid, signal)
        } catch {
          // It ended by itself meanwhile.
        }
      }
      await exited
    },
  }
}

function readPid(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    const pipe = child.stdio[3]
    if (!pipe || !('on' in pipe)) return reject(new Error('no pipe to the server'))
    let text = ''
    pipe.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    pipe.on('end', () => {
      const pid = Number(text)
      if (pid > 0) resolve(pid)
      else reject(new Error('the server did not start'))
    })
  })
}

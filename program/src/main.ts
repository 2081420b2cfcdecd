import type { Logger } from '@nabiz/shared/logging'
import { runCommandLine } from './command-line.ts'
import { exitCodes } from './exit-codes.ts'

const stopping = new AbortController()
let fatal: Logger | undefined

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (stopping.signal.aborted) process.exit(130)
    stopping.abort()
  })
}
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (err: unknown) => void end(err))
}

process.exitCode = await runCommandLine(process.argv.slice(2), {
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  stopping: stopping.signal,
  stop: () => stopping.abort(),
  exit: (code) => process.exit(code),
  onHangUp: (listener) => void process.on('SIGHUP', listener),
  setFatalLogger(logger) {
    fatal = logger
  },
})

/** Tells of a failure nobody foresaw and ends the process; what logs is loaded for it where no service has. */
async function end(err: unknown): Promise<void> {
  try {
    const log = fatal ?? (await import('@nabiz/shared/logging')).createLogger({ service: 'nabiz' })
    log.fatal({ err }, 'failure nobody foresaw, ending')
  } finally {
    process.exit(exitCodes.failure)
  }
}

import type { Logger } from '@nabiz/shared/logging'

/** What a command sees of the process: only main.ts touches the real one. */
export interface ProcessEdge {
  env: Readonly<Record<string, string | undefined>>
  stdout: NodeJS.WriteStream
  stderr: NodeJS.WriteStream
  stdin: NodeJS.ReadStream
  /** Aborted at the first SIGTERM or SIGINT; the second ends the process at once. */
  stopping: AbortSignal
  /** The same as a first SIGTERM. */
  stop(): void
  /** Ends the process at once. */
  exit(code: number): void
  /** Calls the listener at each SIGHUP. */
  onHangUp(listener: () => void): void
  /** A failure nobody caught is told here before the process ends. */
  setFatalLogger(logger: Logger): void
}

/** Resolves when the signal aborts. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

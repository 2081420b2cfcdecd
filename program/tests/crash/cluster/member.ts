import type { ChildProcess } from 'node:child_process'
import { openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ServiceName } from '../../../src/service-names.ts'
import { ended, isReadyAt, startProgram } from '../installation.ts'

/** An orderly end that takes longer is a fault, ms. */
const endWithinMs = 60_000

export interface MemberOptions {
  service: ServiceName
  /** Stable name of the instance. */
  name: string
  port: number
  configPath: string
  /** Where its output goes. */
  logFile: string
}

/** A process of one service, kept running as a supervisor does: one that ends by itself is started again. */
export class Member {
  readonly service: ServiceName
  readonly name: string
  /** Exit codes of ends nobody asked for. */
  readonly ownExits: (number | string)[] = []
  readonly #options: MemberOptions
  readonly #output: number
  #child: ChildProcess | undefined

  constructor(options: MemberOptions) {
    this.service = options.service
    this.name = options.name
    this.#options = options
    this.#output = openSync(options.logFile, 'a')
  }

  /** Starts it if it does not run; `program`: another program of the same parts. */
  start(program: readonly string[] = ['program/bin/nabiz.mjs', this.service]): void {
    if (this.#child) return
    const child = startProgram(program, this.#options.configPath, this.#output)
    this.#child = child
    child.once('exit', (code, signal) => {
      // Killed or stopped: whoever did it took it away before.
      if (this.#child !== child) return
      this.#child = undefined
      if (signal === 'SIGKILL') return
      this.ownExits.push(code ?? signal ?? 'unknown')
      setTimeout(() => this.start(), 500).unref()
    })
  }

  get isRunning(): boolean {
    return this.#child !== undefined
  }

  async isReady(): Promise<boolean> {
    return this.#child !== undefined && (await isReadyAt(this.#options.port))
  }

  async untilReady(withinMs = 180_000): Promise<void> {
    const until = Date.now() + withinMs
    while (!(await this.isReady())) {
      if (Date.now() > until) throw new Error(`${this.name} was not ready within ${withinMs} ms`)
      await sleep(50)
    }
  }

  kill(): Promise<number | string> {
    return this.#end('SIGKILL')
  }

  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | string> {
    return this.#end('SIGTERM')
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | string> {
    const child = this.#child
    this.#child = undefined
    if (!child) return 'not running'
    child.kill(signal)
    const timer = setTimeout(() => child.kill('SIGKILL'), endWithinMs)
    const exit = await ended(child)
    clearTimeout(timer)
    return exit
  }
}

import { once } from 'node:events'
import { createSentimentEngine, type SentimentEngine } from '@nabiz/scoring'
import { findConfig } from '../config/config-path.ts'
import { readConfig } from '../config/read-config.ts'
import { exitCodes } from '../exit-codes.ts'
import type { ProcessEdge } from '../process-edge.ts'
import { readLines } from '../read-lines.ts'

export interface SentimentCommand {
  config: string | undefined
  /** The platform's word on the language of every line, BCP 47. */
  language: string | undefined
}

/** `nabiz sentiment`: what the sentiment engine makes of each line of standard input, as NDJSON in the same order. */
export async function sentiment(command: SentimentCommand, edge: ProcessEdge): Promise<number> {
  const { stdin, stdout, stopping } = edge
  const configPath = findConfig(command.config)
  if (configPath !== undefined) readConfig(configPath, edge.env)
  const engine = createSentimentEngine()
  // A reader that went away (`| head`) wants no more; any other fault of the output is one.
  let fault: NodeJS.ErrnoException | undefined
  const ended = new AbortController()
  const onFault = (err: NodeJS.ErrnoException) => {
    fault = err
    ended.abort()
  }
  stdout.on('error', onFault)
  const stopped = AbortSignal.any([stopping, ended.signal])
  const onStop = () => stdin.destroy()
  stopped.addEventListener('abort', onStop, { once: true })
  try {
    for await (const lines of readLines(stdin)) {
      if (stopped.aborted) break
      const room = stdout.write(lines.map((line) => judge(line, engine, command.language)).join(''))
      if (!room) await once(stdout, 'drain', { signal: stopped })
    }
  } catch (err) {
    if (!stopped.aborted) throw err
  } finally {
    stopped.removeEventListener('abort', onStop)
    stdout.off('error', onFault)
  }
  if (fault !== undefined && fault.code !== 'EPIPE') throw fault
  return exitCodes.ok
}

/** One line of NDJSON. What says nothing is neutral and nothing is known of it, whatever the engine takes for likely. */
function judge(text: string, engine: SentimentEngine, hint: string | undefined): string {
  const found = engine.score(text, hint)
  const isBlank = text.trim() === ''
  const { label, score, confidence } = isBlank ? { label: 'neutral', score: 0, confidence: 0 } : found
  const { language, engine: id } = found
  return `${JSON.stringify({ label, score: round(score), confidence: round(confidence), language, engine: id })}\n`
}

/** To four places. */
function round(value: number): number {
  return Math.round(value * 10_000) / 10_000
}

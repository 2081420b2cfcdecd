import { once } from 'node:events'
import type { ModelShelf } from '@nabiz/scoring'
import { configOf } from '../config/config-of.ts'
import { exitCodes } from '../exit-codes.ts'
import { openModels } from '../models/open-models.ts'
import type { ProcessEdge } from '../process-edge.ts'
import { readLines } from '../read-lines.ts'
import { checkAtHand } from './model.ts'

export interface SentimentCommand {
  config: string | undefined
  /** The platform's word on the language of every line, BCP 47. */
  language: string | undefined
  /** Id of the engine that judges; undefined: the one the config names. */
  engine?: string | undefined
}

/**
 * `nabiz sentiment`: what the engine that the config names makes of each line of standard input, as NDJSON in the same
 * order. DependencyError where an engine of somebody's own is away and nothing may stand in for it.
 */
export async function sentiment(command: SentimentCommand, edge: ProcessEdge): Promise<number> {
  const { stdin, stdout, stopping } = edge
  const { models, close } = await openModels(await configOf(command.config, edge))
  const engine = command.engine ?? models.defaultId
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
    checkAtHand(engine, models)
    for await (const lines of readLines(stdin)) {
      if (stopped.aborted) break
      const answers = await judge(lines, engine, command.language, models, stopped)
      const room = stdout.write(answers.map((answer) => `${JSON.stringify(answer)}\n`).join(''))
      if (!room) await once(stdout, 'drain', { signal: stopped })
    }
  } catch (err) {
    if (!stopped.aborted) throw err
  } finally {
    stopped.removeEventListener('abort', onStop)
    stdout.off('error', onFault)
    await close()
  }
  if (fault !== undefined && fault.code !== 'EPIPE') throw fault
  return exitCodes.ok
}

/** What says nothing is neutral and nothing is known of it, whatever the engine takes for likely. */
async function judge(
  lines: readonly string[],
  engine: string,
  languageHint: string | undefined,
  models: ModelShelf,
  signal: AbortSignal,
): Promise<object[]> {
  const said = lines.filter((line) => !isBlank(line)).map((text) => ({ text, languageHint, engine }))
  // Nobody's server is asked about nothing.
  const verdicts = models.isSlow(engine) && said.length > 0 ? await models.judgeTexts(said, signal) : []
  let next = 0
  return lines.map((text) => {
    const verdict = isBlank(text) ? undefined : verdicts[next++]
    const found = verdict ?? models.score(text, { languageHint, brand: undefined, engine })
    const { label, score, confidence } = isBlank(text) ? { label: 'neutral', score: 0, confidence: 0 } : found
    const { language, engine: by } = found
    return { label, score: round(score), confidence: round(confidence), language, engine: by }
  })
}

function isBlank(line: string): boolean {
  return line.trim() === ''
}

/** To four places. */
function round(value: number): number {
  return Math.round(value * 10_000) / 10_000
}

import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import { type ColumnMap, columnMap, parseMapArgument } from '@nabiz/ingest'
import { checkConfig, loadConfig } from '@nabiz/shared/config'
import { ConfigError } from '@nabiz/shared/errors'
import { createLogger, createSilentLogger } from '@nabiz/shared/logging'
import { readConfig } from '../config/read-config.ts'
import { exitCodes } from '../exit-codes.ts'
import type { ProcessEdge } from '../process-edge.ts'
import { describeResult, resultJson } from '../replay/describe-result.ts'
import { replay } from '../replay/replay.ts'
import { loadFile } from '../replay/replay-file.ts'
import { createBar } from './progress-bar.ts'

export interface ReplayArguments {
  config: string | undefined
  map: string | undefined
  speed: number | undefined
  json: boolean
  keep: string | undefined
  batch: number | undefined
}

/** `nabiz replay FILE`: the whole pipeline over a recorded file, in a log of its own; reaches nobody. */
export async function replayCommand(
  path: string,
  options: ReplayArguments,
  edge: ProcessEdge,
): Promise<number> {
  const config = options.config === undefined ? undefined : readConfig(options.config, edge.env)
  const map = readMap(options.map)
  requireFile(path)
  const bar = createBar(edge)
  bar.start(`reading ${path}`)
  const file = await loadFile(path, map, config?.brands ?? [], (rows) => bar.update(rows, rows, ''))
  bar.start('replaying')
  const logger =
    options.keep === undefined ? createSilentLogger() : createLogger({ service: 'replay', level: 'error' })
  const result = await replay({
    file,
    config,
    logger,
    speed: options.speed,
    dataDir: options.keep,
    stopping: edge.stopping,
    onProgress: (done, total, at) => bar.update(done, total, new Date(at).toISOString().slice(0, 16)),
    ...(options.batch === undefined ? {} : { maxBatchRecords: options.batch }),
  })
  bar.stop()
  if (edge.stopping.aborted) {
    edge.stderr.write('stopped before the end of the file; no result\n')
    return exitCodes.failure
  }
  edge.stdout.write(options.json ? `${resultJson(result)}\n` : describeResult(result, file))
  for (const fault of result.faults) edge.stderr.write(`the account does not come out: ${fault}\n`)
  return result.faults.length === 0 ? exitCodes.ok : exitCodes.failure
}

/** `text=body,brand=company` as it stands, or a YAML file with the same fields. */
function readMap(argument: string | undefined): ColumnMap {
  if (argument === undefined) return {}
  if (argument.includes('=')) return checkConfig(columnMap, parseMapArgument(argument), '--map', {})
  requireFile(argument)
  return loadConfig(columnMap, readFileSync(argument, 'utf8'), argument, {})
}

/** ConfigError unless the path is a file that may be read. */
function requireFile(path: string): void {
  try {
    accessSync(path, constants.R_OK)
    if (statSync(path).isFile()) return
  } catch {
    // Told below, whichever it was.
  }
  throw new ConfigError(path, [
    { path: 'file', found: 'nothing that can be read', expected: 'a file that exists and may be read' },
  ])
}

import type { ModelShelf } from '@nabiz/scoring'
import { type ConfigView, createConfigView } from '@nabiz/shared/config-view'
import { sentimentModelId } from '@nabiz/shared/contracts'
import { ConfigError } from '@nabiz/shared/errors'
import { createSilentLogger } from '@nabiz/shared/logging'
import { systemClock } from '@nabiz/shared/time'
import { buildId } from '../build-id.ts'
import { type Drivers, type DriversPlace, openConfiguredDrivers } from '../drivers.ts'
import { exitCodes } from '../exit-codes.ts'
import { activateModel } from '../models/activate-model.ts'
import { modelInForce } from '../models/model-in-force.ts'
import { type ModelsConfig, openModels } from '../models/open-models.ts'
import type { ProcessEdge } from '../process-edge.ts'
import { drawTable } from './table.ts'

export interface ModelCommandOptions {
  place: DriversPlace
  /** What the config says of engines; undefined: no config. */
  config: ModelsConfig | undefined
}

/** One sentiment engine, as `nabiz model list --json` prints it. */
interface ModelRow {
  engine: string
  inForce: boolean
  /** Whether this build and config have it. */
  atHand: boolean
}

/** `nabiz model list`: the engines at hand, and which one is in force. */
export async function modelList(
  options: ModelCommandOptions & { json: boolean },
  edge: ProcessEdge,
): Promise<number> {
  return withModels(options, true, ({ view, models }) => {
    const inForce = modelInForce(view)
    const ids = [...new Set([...models.ids(), ...(inForce === undefined ? [] : [inForce])])]
    const rows: ModelRow[] = ids.map((engine) => ({
      engine,
      inForce: engine === inForce,
      atHand: models.has(engine),
    }))
    const words = (is: boolean) => (is ? 'yes' : 'no')
    edge.stdout.write(
      options.json
        ? `${JSON.stringify(rows)}\n`
        : drawTable(
            ['engine', 'in force', 'at hand'],
            rows.map((row) => [row.engine, words(row.inForce), words(row.atHand)]),
          ),
    )
    return exitCodes.ok
  })
}

/** `nabiz model show`: what is in force, since when and by whom, and how an engine errs. */
export async function modelShow(
  options: ModelCommandOptions & { engine: string | undefined },
  edge: ProcessEdge,
): Promise<number> {
  return withModels(options, true, ({ view, models }) => {
    const active = view.get('model', sentimentModelId)
    const inForce = modelInForce(view)
    const engine = options.engine ?? inForce ?? models.defaultId
    if (engine !== inForce) checkAtHand(engine, models)
    const confusion = Object.fromEntries(
      ['tr', 'en'].map((language) => [language, models.confusion(language, engine) ?? null]),
    )
    const since =
      active && engine === inForce
        ? { version: active.version, by: active.by, at: new Date(active.at).toISOString() }
        : {}
    const shown = { engine, inForce: engine === inForce, atHand: models.has(engine), ...since, confusion }
    edge.stdout.write(`${JSON.stringify(shown, null, 2)}\n`)
    return exitCodes.ok
  })
}

/**
 * `nabiz model activate`: rescores what is recorded and puts the engine in force. On the embedded log DependencyError
 * log_locked while nabiz runs; ConfigError for an engine that is not at hand.
 */
export async function modelActivate(
  options: ModelCommandOptions & { engine: string; by: string },
  edge: ProcessEdge,
): Promise<number> {
  const { engine, by } = options
  return withModels(options, false, async ({ drivers, view, models }) => {
    checkAtHand(engine, models)
    if (modelInForce(view) === engine) {
      edge.stdout.write(`${engine} is in force already\n`)
      return exitCodes.ok
    }
    const { brands, mentions } = await activateModel({
      log: drivers.log,
      view,
      models,
      engine,
      by: by.slice(0, 200),
      now: () => systemClock.now(),
      build: buildId(),
      signal: new AbortController().signal,
      onPartition(partition, count, judged) {
        edge.stdout.write(`partition ${partition}: ${judged} mentions judged again, ${count} brands\n`)
      },
    })
    edge.stdout.write(`${engine} is in force: ${mentions} mentions judged again, ${brands} brands\n`)
    return exitCodes.ok
  })
}

/** ConfigError for an engine that is not at hand. */
export function checkAtHand(engine: string, models: ModelShelf): void {
  if (models.has(engine)) return
  throw new ConfigError('the command line', [
    { path: 'engine', found: engine, expected: `one of ${models.ids().join(', ')}` },
  ])
}

interface AtWork {
  drivers: Drivers
  view: ConfigView
  models: ModelShelf
}

async function withModels(
  { place, config }: ModelCommandOptions,
  readOnly: boolean,
  work: (at: AtWork) => Promise<number> | number,
): Promise<number> {
  const logger = createSilentLogger()
  // What stands in would rebuild the past in its own terms.
  const { models, close } = await openModels(config, 'wait')
  try {
    const drivers = await openConfiguredDrivers({
      config: place,
      clock: systemClock,
      logger,
      readOnly,
      onFatal: () => undefined,
    })
    try {
      const view = createConfigView(drivers.log, { clock: systemClock })
      await view.refresh()
      return await work({ drivers, view, models })
    } finally {
      await drivers.close()
    }
  } finally {
    await close()
  }
}

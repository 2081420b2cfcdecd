import type { Command } from 'commander'
import type { ModelCommandOptions } from './commands/model.ts'
import { configOf } from './config/config-of.ts'
import { placeIn } from './place-of.ts'
import type { ProcessEdge } from './process-edge.ts'

interface PlaceOptions {
  config?: string
  dataDir?: string
}

/** What concerns the sentiment engine in force. */
export function addModelCommands(
  program: Command,
  configOption: readonly [string, string],
  edge: ProcessEdge,
  done: (exitCode: number) => void,
): void {
  const model = program.command('model').description('who judges what mentions say')
  const dataDir = ['--data-dir <folder>', 'folder of the log and store (default: the config says)'] as const

  model
    .command('list')
    .description('the engines at hand, and which one is in force')
    .option(...configOption)
    .option(...dataDir)
    .option('--json', 'as JSON', false)
    .action(async (options: PlaceOptions & { json: boolean }) => {
      const { modelList } = await import('./commands/model.ts')
      done(await modelList({ ...(await modelPlaceOf(options, edge)), json: options.json }, edge))
    })

  model
    .command('show')
    .description('since when and by whom an engine is in force, and how it errs')
    .argument('[engine]', 'as `nabiz model list` names it (default: the one in force)')
    .option(...configOption)
    .option(...dataDir)
    .action(async (engine: string | undefined, options: PlaceOptions) => {
      const { modelShow } = await import('./commands/model.ts')
      done(await modelShow({ ...(await modelPlaceOf(options, edge)), engine }, edge))
    })

  model
    .command('activate')
    .description(
      'judges what is recorded by another engine and puts it in force, so that nobody is paged for the change; on the embedded log nabiz must not run meanwhile',
    )
    .argument('<engine>', 'as `nabiz model list` names it')
    .requiredOption('--by <name>', 'who decided it; kept with the record')
    .option(...configOption)
    .option(...dataDir)
    .action(async (engine: string, options: PlaceOptions & { by: string }) => {
      const { modelActivate } = await import('./commands/model.ts')
      done(await modelActivate({ ...(await modelPlaceOf(options, edge)), engine, by: options.by }, edge))
    })
}

/** Where log and store are, and what the config says of engines. */
async function modelPlaceOf(
  { config: named, dataDir }: PlaceOptions,
  edge: ProcessEdge,
): Promise<ModelCommandOptions> {
  const config = await configOf(named, edge)
  return { place: await placeIn(config, dataDir), config }
}

import { incidentMarks } from '@nabiz/shared/contracts'
import { Argument, type Command } from 'commander'
import { placeOf } from './place-of.ts'
import type { ProcessEdge } from './process-edge.ts'

/** What people say about incidents, and which there were. */
export function addIncidentCommands(
  program: Command,
  configOption: readonly [string, string],
  edge: ProcessEdge,
  done: (exitCode: number) => void,
): void {
  const incident = program
    .command('incident')
    .description('incidents of the log, and what people say they were')
  incident
    .command('list')
    .description('every incident with its id, its times and its mark; reads beside the running process')
    .option(...configOption)
    .option('--data-dir <folder>', 'folder of an embedded log')
    .option('--brand <id>', 'this brand alone')
    .option('--json', 'as JSON, an object a line', false)
    .action(async (options: { config?: string; dataDir?: string; brand?: string; json: boolean }) => {
      const { config, dataDir, brand, json } = options
      const { incidentList } = await import('./commands/incident.ts')
      done(await incidentList({ place: await placeOf(config, dataDir, edge), brand, json }, edge))
    })
  incident
    .command('mark')
    .description('says what an incident was, through the running alerting service; the last word counts')
    .argument('<id>', 'as `nabiz incident list` prints it')
    .addArgument(new Argument('<mark>', 'what it was').choices(incidentMarks))
    .requiredOption('--by <name>', 'who says so; kept with the mark')
    .option('--note <text>', 'why; kept with the mark')
    .option('--duplicate-of <id>', 'for a duplicate: the incident it repeats')
    .option(...configOption)
    .option('--url <url>', 'where alerting answers (default: its host and port in the config)')
    .action(
      async (
        id: string,
        mark: (typeof incidentMarks)[number],
        options: { by: string; note?: string; duplicateOf?: string; config?: string; url?: string },
      ) => {
        const { by, note, duplicateOf, config, url } = options
        const { incidentMark } = await import('./commands/incident.ts')
        done(await incidentMark({ incident: id, mark, by, note, duplicateOf, config, url }, edge))
      },
    )
}

import { Argument, type Command, Option } from 'commander'
import type { ExportArguments } from './commands/export.ts'
import { type ExportFormat, exportedTopics, exportFormats } from './export/export-choices.ts'
import { placeOf } from './place-of.ts'
import type { ProcessEdge } from './process-edge.ts'

/** What was recorded, for the data team's own tools. */
export function addExportCommand(
  program: Command,
  configOption: readonly [string, string],
  edge: ProcessEdge,
  done: (exitCode: number) => void,
): void {
  program
    .command('export')
    .description('writes recorded mentions or signals for other tools; reads beside the running process')
    .addArgument(new Argument('<topic>', 'what').choices(exportedTopics))
    .addOption(new Option('--format <format>', 'of the rows').choices(exportFormats).default('ndjson'))
    .option('--from <time>', 'first day or moment, UTC unless it has an offset (default: the first recorded)')
    .option('--to <time>', 'the moment after the last (default: now)')
    .option('--brand <id>', 'this brand alone')
    .option('--out <file>', 'file to write (default: standard output)')
    .option(...configOption)
    .option('--data-dir <folder>', 'folder of an embedded log')
    .action(
      async (
        topic: ExportArguments['topic'],
        options: {
          format: ExportFormat
          from?: string
          to?: string
          brand?: string
          out?: string
          config?: string
          dataDir?: string
        },
      ) => {
        const { format, from, to, brand, out, config, dataDir } = options
        const { exportCommand } = await import('./commands/export.ts')
        done(
          await exportCommand(
            { topic, format, from, to, brand, out, place: await placeOf(config, dataDir, edge) },
            edge,
          ),
        )
      },
    )
}

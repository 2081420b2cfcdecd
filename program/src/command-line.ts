import { ConfigError, DependencyError } from '@nabiz/shared/errors'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { addBacktestCommands } from './backtest-commands.ts'
import { buildId } from './build-id.ts'
import { defaultConfigPath, findConfig } from './config/config-path.ts'
import { exitCodes } from './exit-codes.ts'
import { addExportCommand } from './export-command.ts'
import { addIncidentCommands } from './incident-commands.ts'
import { addModelCommands } from './model-commands.ts'
import { placeOf } from './place-of.ts'
import { addPlatformCommands } from './platform-commands.ts'
import type { ProcessEdge } from './process-edge.ts'
import { type ServiceName, serviceNames } from './service-names.ts'
import { addTextCommands } from './text-commands.ts'

const exitCodeHelp = `
Exit codes: 0 done; 1 a failure nobody foresaw; 2 config or command line wrong;
3 log, store or network not reachable, or held by another process; 4 a partition stopped.`

const descriptions: Readonly<Record<ServiceName, string>> = {
  ingest: 'platforms to mentions',
  scoring: 'mentions to signals and breaches',
  alerting: 'breaches to people',
}

/** Runs one command line; resolves to the exit code and never throws. */
export async function runCommandLine(argv: readonly string[], edge: ProcessEdge): Promise<number> {
  let exitCode: number = exitCodes.ok
  const program = createProgram(edge, (code) => {
    exitCode = code
  })
  try {
    await program.parseAsync(withDefaultCommand(argv), { from: 'user' })
    return exitCode
  } catch (err) {
    return explain(err, edge)
  }
}

/** `nabiz` and `nabiz --config x` mean `nabiz all …`. */
function withDefaultCommand(argv: readonly string[]): string[] {
  const [first] = argv
  const isAboutProgram = first !== undefined && ['-h', '--help', '-V', '--version'].includes(first)
  return first === undefined || (first.startsWith('-') && !isAboutProgram) ? ['all', ...argv] : [...argv]
}

function explain(err: unknown, edge: ProcessEdge): number {
  if (err instanceof CommanderError) return err.exitCode === 0 ? exitCodes.ok : exitCodes.config
  if (err instanceof ConfigError) {
    edge.stderr.write(`${err.message}\n`)
    return exitCodes.config
  }
  if (err instanceof DependencyError) {
    edge.stderr.write(`${err.message} (${err.code})\n`)
    return err.code === 'partition_stopped' ? exitCodes.stopped : exitCodes.dependency
  }
  if (err instanceof Error && 'code' in err && err.code === 'EADDRINUSE') {
    edge.stderr.write(
      `${err.message}: another process listens there; stop it or set another port in the config\n`,
    )
    return exitCodes.dependency
  }
  edge.stderr.write(`${err instanceof Error ? (err.stack ?? err.message) : String(err)}\n`)
  return exitCodes.failure
}

function createProgram(edge: ProcessEdge, done: (exitCode: number) => void): Command {
  const program = new Command('nabiz')
    .description(
      'Watches what people say about a brand and pages the people who must answer when it turns into a crisis.',
    )
    .version(buildId())
    .addHelpText('afterAll', exitCodeHelp)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void edge.stdout.write(text),
      writeErr: (text) => void edge.stderr.write(text),
    })

  const configOption = [
    '-c, --config <file>',
    `config file (default: ${defaultConfigPath} where it stands)`,
  ] as const

  program
    .command('all')
    .description('every service in one process (the default); without a config a demonstration')
    .option(...configOption)
    .action(async (options: { config?: string }) => {
      const path = findConfig(options.config)
      if (path === undefined) {
        const { demo } = await import('./commands/demo.ts')
        done(await demo(edge))
      } else done(await runNamed(serviceNames, path, edge))
    })
  for (const service of serviceNames) {
    program
      .command(service)
      .description(`the ${service} service alone: ${descriptions[service]}`)
      .option(...configOption)
      .action(async (options: { config?: string }) =>
        done(await runNamed([service], options.config ?? defaultConfigPath, edge)),
      )
  }

  program
    .command('replay')
    .description(
      'passes a recorded CSV or NDJSON file (perhaps gzip) through the whole pipeline; reaches nobody',
    )
    .argument('<file>', 'rows with at least a text and a time')
    .option(...configOption)
    .option(
      '-m, --map <map>',
      'columns, as text=body,createdAt=when,brand=company or a YAML file; guessed where absent',
    )
    .option('--speed <times>', 'times real time (default: as fast as it goes)', positiveNumber)
    .option('--json', 'the result as one JSON object', false)
    .option('--keep <folder>', 'keep log and store there instead of removing them')
    .option('--batch <records>', 'records scored at once; the result does not depend on it', wholeNumber)
    .action(
      async (
        file: string,
        options: {
          config?: string
          map?: string
          speed?: number
          json: boolean
          keep?: string
          batch?: number
        },
      ) => {
        const { config, map, speed, json, keep, batch } = options
        const { replayCommand } = await import('./commands/replay.ts')
        done(await replayCommand(file, { config, map, speed, json, keep, batch }, edge))
      },
    )

  addBacktestCommands(program, edge, done)
  program
    .command('status')
    .description('owner, position, lag, partition time and checkpoint age of each partition')
    .option(...configOption)
    .option('--data-dir <folder>', 'folder of the log and store (default: the config says)')
    .option('--json', 'as JSON', false)
    .option('--every-partition', 'empty partitions too', false)
    .option('--brands', 'what each brand says instead: state, severity, history, platforms not seen', false)
    .action(
      async (options: {
        config?: string
        dataDir?: string
        json: boolean
        everyPartition: boolean
        brands: boolean
      }) => {
        const { json, everyPartition, brands } = options
        const { status } = await import('./commands/status.ts')
        done(
          await status(
            { place: await placeOf(options.config, options.dataDir, edge), json, everyPartition, brands },
            edge,
          ),
        )
      },
    )

  program
    .command('skip')
    .description(
      'has scoring pass over a record on which our own code fails; on the embedded log nabiz must not run meanwhile',
    )
    .argument('<partition>', 'partition of mentions, as /readyz and the log name it', offsetNumber)
    .argument('<offset>', 'offset of the record', offsetNumber)
    .requiredOption('--reason <text>', 'why; kept with the record')
    .requiredOption('--by <name>', 'who decided it; kept with the record')
    .option(...configOption)
    .option('--data-dir <folder>', 'folder of the log and store (default: the config says)')
    .action(
      async (
        partition: number,
        offset: number,
        options: { reason: string; by: string; config?: string; dataDir?: string },
      ) => {
        const { reason, by } = options
        const { skip } = await import('./commands/skip.ts')
        done(
          await skip(
            { place: await placeOf(options.config, options.dataDir, edge), partition, offset, reason, by },
            edge,
          ),
        )
      },
    )

  addExportCommand(program, configOption, edge, done)
  addIncidentCommands(program, configOption, edge, done)
  addPlatformCommands(program, configOption, edge, done)
  addTextCommands(program, configOption, edge, done)
  addModelCommands(program, configOption, edge, done)

  program
    .command('config')
    .description('the config file')
    .command('check')
    .description('names every fault of the config file at once; starts nothing')
    .argument('[file]', 'config file', defaultConfigPath)
    .action(async (file: string) => {
      const { configCheck } = await import('./commands/config-check.ts')
      done(configCheck(file, edge))
    })

  return program
}

async function runNamed(services: readonly ServiceName[], path: string, edge: ProcessEdge): Promise<number> {
  const { run } = await import('./commands/run.ts')
  return run(services, path, edge)
}

function offsetNumber(text: string): number {
  const value = Number(text)
  if (text !== '' && Number.isSafeInteger(value) && value >= 0) return value
  throw new InvalidArgumentError('a whole number from 0 is expected')
}

function positiveNumber(text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new InvalidArgumentError('a number above 0 is expected')
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new InvalidArgumentError('a whole number above 0 is expected')
}

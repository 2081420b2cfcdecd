import { type Command, InvalidArgumentError } from 'commander'
import type { RecordedArguments } from './commands/backtest-log.ts'
import type { SweepArguments } from './commands/backtest-sweep.ts'
import { configOf } from './config/config-of.ts'
import { placeOf } from './place-of.ts'
import type { ProcessEdge } from './process-edge.ts'

interface RecordedOptions {
  from?: string
  to?: string
  brand?: string
  warmUp: number
  json: boolean
  report?: string
  logOf?: string
  dataDir?: string
}

/** What the data team asks before a change: who would have been paged, when, and what would have been missed. */
export function addBacktestCommands(
  program: Command,
  edge: ProcessEdge,
  done: (exitCode: number) => void,
): void {
  const backtest = program
    .command('backtest')
    .description('what the engine would have done with what was recorded; reaches nobody')
  backtest
    .command('counts')
    .description('passes mentions per bucket of one brand through the engine that runs live')
    .argument('<file>', 'CSV with the columns timestamp,value; the time is the beginning of a bucket')
    .option(
      '-c, --config <file>',
      'thresholds and time zone of its brand (default: the shipped thresholds, UTC)',
    )
    .option('--brand <id>', 'which brand of the config')
    .option('--time-zone <zone>', 'zone of times that carry no offset (default: UTC)', timeZone)
    .option('--json', 'one JSON object a transition and line', false)
    .option('--report <file>', 'writes a page with the series, what pages and the episodes drawn')
    .action(
      async (
        file: string,
        options: { config?: string; brand?: string; timeZone?: string; json: boolean; report?: string },
      ) => {
        const { config, brand, timeZone, json, report } = options
        const { backtestCounts } = await import('./commands/backtest-counts.ts')
        done(await backtestCounts(file, { config, brand, timeZone, json, report }, edge))
      },
    )
  recorded(backtest.command('log'))
    .description('passes recorded counts or mentions through the engine that runs live')
    .option('-c, --config <thresholds>', `by which thresholds: ${thresholdsHelp} (default: active)`)
    .option(
      '--mentions [file]',
      "the log's mentions with their texts instead of its counts, or those of an export",
    )
    .action(async (options: RecordedOptions & { config?: string; mentions?: string | boolean }) => {
      const { config: thresholds, mentions } = options
      const { backtestLog } = await import('./commands/backtest-log.ts')
      const models = mentions === undefined ? undefined : await configOf(options.logOf, edge)
      done(await backtestLog({ ...(await argumentsOf(options, edge)), thresholds, mentions, models }, edge))
    })
  recorded(backtest.command('diff'))
    .description('lays side by side whom two sets of thresholds would have paged on the same records')
    .argument('<A>', thresholdsHelp)
    .argument('<B>', 'the same')
    .action(async (a: string, b: string, options: RecordedOptions) => {
      const { backtestDiff } = await import('./commands/backtest-log.ts')
      done(await backtestDiff({ a, b }, await argumentsOf(options, edge), edge))
    })
  addSweepCommands(backtest, edge, done)
}

interface SweepOptions extends RecordedOptions {
  config?: string
  threads?: number
}

/** The commands that judge the same records many times over. */
function addSweepCommands(backtest: Command, edge: ProcessEdge, done: (exitCode: number) => void): void {
  swept(backtest.command('sweep'))
    .description('judges the same records by every combination of some fields of the thresholds')
    .requiredOption(
      '--vary <field=values...>',
      'a number of the thresholds and its values, as sensitivity=0.7,1,1.3 or floors.smallPerHour=5..20/5',
    )
    .action(async (options: SweepOptions & { vary: string[] }) => {
      const { backtestSweep } = await import('./commands/backtest-sweep.ts')
      done(await backtestSweep(options.vary, await sweepArgumentsOf(options, edge), edge))
    })
  swept(backtest.command('suggest'))
    .description('proposes the sensitivity of each brand from its confirmed and rejected incidents')
    .option('--budget <words>', 'false pages that may be', '1 false page per brand-week')
    .action(async (options: SweepOptions & { budget: string }) => {
      const { backtestSuggest } = await import('./commands/backtest-sweep.ts')
      done(await backtestSuggest(options.budget, await sweepArgumentsOf(options, edge), edge))
    })
}

function swept(command: Command): Command {
  return recorded(command)
    .option(
      '-c, --config <thresholds>',
      `what the other fields are taken from: ${thresholdsHelp} (default: active)`,
    )
    .option('--threads <count>', 'threads at work (default: one a core)', threadCount)
}

async function sweepArgumentsOf(options: SweepOptions, edge: ProcessEdge): Promise<SweepArguments> {
  return { ...(await argumentsOf(options, edge)), thresholds: options.config, threads: options.threads }
}

const thresholdsHelp = 'active, shipped, a config file, or ID@VERSION of the log'

/** Options of every command that reads a log. */
export function recorded(command: Command): Command {
  return command
    .option('--from <time>', 'first day or moment, UTC unless it has an offset (default: the first recorded)')
    .option('--to <time>', 'the moment after the last (default: now)')
    .option('--brand <id>', 'this brand alone')
    .option('--warm-up <days>', 'days before --from that teach the baseline', wholeNumber, 70)
    .option('--json', 'as JSON, an object a line', false)
    .option('--report <file>', 'writes a page to look at')
    .option('--log-of <file>', 'config file that says where the log is (default: nabiz.yaml where it stands)')
    .option('--data-dir <folder>', 'folder of an embedded log')
}

async function argumentsOf(options: RecordedOptions, edge: ProcessEdge): Promise<RecordedArguments> {
  const { from, to, brand, warmUp, json, report } = options
  const place = await placeOf(options.logOf, options.dataDir, edge)
  return { from, to, brand, warmUp, json, report, place }
}

function timeZone(text: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text })
    return text
  } catch {
    throw new InvalidArgumentError('an IANA time zone such as Europe/Istanbul is expected')
  }
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (text !== '' && Number.isSafeInteger(value) && value >= 0 && value <= 400) return value
  throw new InvalidArgumentError('a whole number from 0 to 400 is expected')
}

function threadCount(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 1 && value <= 256) return value
  throw new InvalidArgumentError('a whole number from 1 to 256 is expected')
}

import { type Command, Option } from 'commander'
import { defaultConfigPath } from './config/config-path.ts'
import type { ProcessEdge } from './process-edge.ts'

/** What concerns the platforms: what each can see, whether an account works, what a payload becomes. */
export function addPlatformCommands(
  program: Command,
  configOption: readonly [string, string],
  edge: ProcessEdge,
  done: (exitCode: number) => void,
): void {
  program
    .command('connectors')
    .description('every platform: ways in, what it can see, what it needs; with a config each account, too')
    .option(...configOption)
    .option('--json', 'as JSON', false)
    .action(async (options: { config?: string; json: boolean }) => {
      const { connectors } = await import('./commands/connectors.ts')
      done(await connectors({ config: options.config, json: options.json }, edge))
    })

  program
    .command('connect')
    .description('asks a platform what the configured credentials may do; 0 only when the account can work')
    .argument('<platform>', 'as `nabiz connectors` names it')
    .option(...configOption)
    .option('--account <name>', "which account (default: the platform's only one)")
    .action(async (platform: string, options: { config?: string; account?: string }) => {
      const { connect } = await import('./commands/connect.ts')
      done(
        await connect(
          { platform, account: options.account, config: options.config ?? defaultConfigPath },
          edge,
        ),
      )
    })

  program
    .command('decode')
    .description('what becomes of one delivery, or one API answer, on standard input; as NDJSON, into no log')
    .argument('<platform>', 'as `nabiz connectors` names it')
    .option(...configOption)
    .option('--account <name>', 'whose secrets and brands (default: the first of the platform)')
    .addOption(new Option('--method <method>', 'of the request').choices(['GET', 'POST']).default('POST'))
    .option('--path <path>', 'of the request, as /webhooks/PLATFORM/ACCOUNT')
    .option('--query <query>', 'of the request')
    .option('--header <header>', "a header, 'Name: value'; may be repeated", collect, [])
    .option('--unsigned', 'leave out the signature check', false)
    .option('--api <name>', 'the body is an answer of this polled API')
    .action(
      async (
        platform: string,
        options: {
          config?: string
          account?: string
          method: 'GET' | 'POST'
          path?: string
          query?: string
          header: string[]
          unsigned: boolean
          api?: string
        },
      ) => {
        const { config, account, method, path, query, header: headers, unsigned, api } = options
        const { decode } = await import('./commands/decode.ts')
        done(await decode({ platform, config, account, method, path, query, headers, unsigned, api }, edge))
      },
    )
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value]
}

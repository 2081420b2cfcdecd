import type { Command } from 'commander'
import type { ProcessEdge } from './process-edge.ts'

/** What concerns texts alone: no log, no store. */
export function addTextCommands(
  program: Command,
  configOption: readonly [string, string],
  edge: ProcessEdge,
  done: (exitCode: number) => void,
): void {
  program
    .command('sentiment')
    .description(
      'what the sentiment engine that the config names makes of each line of standard input, as NDJSON in the same order',
    )
    .option(...configOption)
    .option(
      '-l, --language <tag>',
      'what a platform would say the language is, such as tr or en; may be wrong',
    )
    .option('--engine <id>', 'another one at hand, as `nabiz model list` names it')
    .addHelpText(
      'after',
      `
A line of UTF-8 is a text (LF or CRLF; at most 100,000 characters of it are kept) and gives one line:
  {"label":"negative|neutral|positive","score":-1..1,"confidence":0..1,"language":"tr","engine":"…"}
An empty line is neutral with confidence 0. Invalid bytes are read as U+FFFD.`,
    )
    .action(async ({ config, language, engine }: { config?: string; language?: string; engine?: string }) => {
      const { sentiment } = await import('./commands/sentiment.ts')
      done(await sentiment({ config, language, engine }, edge))
    })
}

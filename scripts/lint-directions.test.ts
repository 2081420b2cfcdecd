import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/*
 * A rule that does not bite is a defect, and an override replaces the options of a rule whole: each direction is tried
 * with a line that offends it, and with the lines beside it that are right.
 */

const imports = 'lint/style/noRestrictedImports'
const globals = 'lint/style/noRestrictedGlobals'
const processEnv = 'lint/style/noProcessEnv'
const console = 'lint/suspicious/noConsole'
const defaultExport = 'lint/style/noDefaultExport'

/** Folder of a file and one line of it. */
type Line = readonly [folder: string, line: string]

const refused: Record<string, readonly Line[]> = {
  [imports]: [
    // Services never import one another, nor the program; shared imports neither.
    ['services/scoring/src', "import { x } from '@nabiz/ingest'; export const y = x"],
    ['services/ingest/src', "import type { x } from '@nabiz/alerting'; export type y = x"],
    ['services/alerting/src', "export * from '@nabiz/scoring/engine'"],
    ['services/alerting/src', "export const y = await import('@nabiz/scoring')"],
    ['services/console/src', "import { x } from '@nabiz/scoring'; export const y = x"],
    ['services/scoring/src/steps', "import { x } from '../../../ingest/src/ports.ts'; export const y = x"],
    ['services/scoring/tests', "import { x } from '@nabiz/ingest'; export const y = x"],
    ['services/scoring/tests', "import { x } from '../../ingest/src/index.ts'; export const y = x"],
    ['services/scoring/src', "import { x } from 'nabiz'; export const y = x"],
    ['services/scoring/src', "import { x } from '../../../program/src/drivers.ts'; export const y = x"],
    ['shared/log', "import { x } from '@nabiz/scoring'; export const y = x"],
    ['shared/log/embedded', "import { x } from '@nabiz/scoring'; export const y = x"],
    ['shared/log', "import { x } from '../../services/scoring/src/index.ts'; export const y = x"],
    ['program/src', "import { x } from '../../services/scoring/src/index.ts'; export const y = x"],
    // The engine.
    ['services/scoring/src/engine', "import { x } from '@nabiz/shared/log'; export const y = x"],
    ['services/scoring/src/engine', "import { x } from 'node:fs'; export const y = x"],
    ['services/scoring/src/engine', "import { x } from 'zod'; export const y = x"],
    ['services/scoring/src/engine', "import { x } from '../ports.ts'; export const y = x"],
    ['services/scoring/src/engine/signals', "import { x } from '../../ports.ts'; export const y = x"],
    ['services/scoring/src/engine/signals', "import { x } from '@nabiz/ingest'; export const y = x"],
    ['services/scoring/src/engine/a/b', "import { x } from '../../../ports.ts'; export const y = x"],
    [
      'services/scoring/src/engine/signals',
      "import { x } from '../baseline/testing/series.ts'; export const y = x",
    ],
    ['services/scoring/src/engine', "import { x } from 'lmdb'; export const y = x"],
    // Contracts.
    ['shared/contracts', "import { x } from '../log/index.ts'; export const y = x"],
    ['shared/contracts', "import { x } from 'node:crypto'; export const y = x"],
    ['shared/contracts', "import { x } from 'lmdb'; export const y = x"],
    // The drivers' clients, also where an override stands for other reasons.
    ...['lmdb', 'kafkajs', 'ioredis'].flatMap((client): Line[] =>
      [
        'shared/log',
        'shared/store',
        'services/ingest/src',
        'services/ingest/tests',
        'program/src',
        'program/tests',
        'scripts',
        'shared/testing',
      ].map((folder): Line => [folder, `import { x } from '${client}'; export const y = x`]),
    ),
    ['shared/log', "import { x } from 'lmdb/node-index.js'; export const y = x"],
    ['shared/log', "export const y = await import('kafkajs')"],
    ['shared/log/embedded', "import { x } from 'kafkajs'; export const y = x"],
    ['shared/log/embedded', "import { x } from 'ioredis'; export const y = x"],
    ['shared/store/embedded', "import { x } from 'ioredis'; export const y = x"],
    ['shared/log/kafka', "import { x } from 'lmdb'; export const y = x"],
    ['shared/log/kafka', "import { x } from 'ioredis'; export const y = x"],
    ['shared/store/redis', "import { x } from 'kafkajs'; export const y = x"],
    ['shared/store/redis', "import { x } from 'lmdb'; export const y = x"],
    // What is made for tests.
    ...[
      'shared/log',
      'shared/log/embedded',
      'shared/log/kafka',
      'shared/store/redis',
      'services/ingest/src',
      'program/src',
    ].flatMap((folder): Line[] => [
      [folder, "import { x } from '@nabiz/shared/testing'; export const y = x"],
      [folder, "import { x } from '../../shared/testing/log-contract.ts'; export const y = x"],
      [folder, "import { x } from './a.test.ts'; export const y = x"],
      [folder, "import { x } from 'vitest'; export const y = x"],
    ]),
  ],
  [globals]: [
    ['services/scoring/src/engine', 'export const y = Date.now()'],
    ['services/scoring/src/engine/signals', 'export const y = new Date()'],
    ['services/scoring/src/engine', 'export const y = performance.now()'],
    ['services/scoring/src/engine', "export const y = fetch('https://example.test')"],
    ['services/scoring/src/engine', 'export const y = crypto.randomUUID()'],
  ],
  [processEnv]: [
    ['shared/log', 'export const y = process.env.HOME'],
    ['shared/log/embedded', 'export const y = process.env.HOME'],
    ['services/ingest/src', "import { env } from 'node:process'; export const y = env.HOME"],
    ['services/alerting/src/channels', "export const y = process.env['HOME']"],
    ['program/src/commands', 'export const y = process.env.HOME'],
  ],
  [console]: [
    ['shared/log', "console.log('a')"],
    ['services/ingest/src/steps', "console.error('a')"],
    ['services/scoring/src/engine', "console.warn('a')"],
    ['program/src', "console.info('a')"],
    ['services/ingest/tests', "console.log('a')"],
  ],
  [defaultExport]: [
    ['shared/log', 'export default 1'],
    ['scripts', 'export default 1'],
    ['services/ingest/tests', 'export default 1'],
  ],
}

const accepted: readonly Line[] = [
  ['services/scoring/src', "import { x } from '@nabiz/shared/log'; export const y = x"],
  ['services/scoring/src', "import { x } from './engine/index.ts'; export const y = x"],
  ['services/scoring/src/steps', "import { x } from '../ports.ts'; export const y = x"],
  ['services/scoring/src/sentiment/turkish', "import { x } from '../../ports.ts'; export const y = x"],
  ['services/scoring/tests', "import { x } from '../src/index.ts'; export const y = x"],
  ['services/scoring/tests/fakes', "import { x } from '../../src/index.ts'; export const y = x"],
  [
    'services/scoring/tests',
    "import { it } from 'vitest'; import { x } from '@nabiz/shared/testing'; export const y = [it, x]",
  ],
  ['services/scoring/src/engine', "import { x } from '@nabiz/shared/contracts'; export const y = x"],
  ['services/scoring/src/engine', "import { x } from './signals/index.ts'; export const y = x"],
  ['services/scoring/src/engine/signals', "import { x } from '../engine.ts'; export const y = x"],
  ['services/scoring/src/engine/a/b', "import { x } from '../../engine.ts'; export const y = x"],
  ['shared/contracts', "import { z } from 'zod'; import { x } from './common.ts'; export const y = [z, x]"],
  ['shared/log/embedded', "import { x } from 'lmdb'; export const y = x"],
  ['shared/store/embedded', "import { x } from 'lmdb'; export const y = x"],
  ['shared/log/kafka', "import { x } from 'kafkajs'; export const y = x"],
  ['shared/store/redis', "import { x } from 'ioredis'; export const y = x"],
  ['shared/log', "import { x } from './embedded/open-embedded-log.ts'; export const y = x"],
  ['program/src', "import { x } from '@nabiz/ingest'; export const y = x"],
  ['program/src', "import { x } from '@nabiz/scoring'; export const y = x"],
  ['program/tests', "import { x } from '@nabiz/alerting'; export const y = x"],
  ['program/bench', "import { x } from '@nabiz/scoring'; export const y = x"],
  ['scripts', "import { x } from '../services/scoring/src/index.ts'; export const y = x"],
  ['scripts', 'export const y = process.env.HOME'],
]

/** Files whose name decides, not their folder. */
const named: readonly (readonly [path: string, line: string, rule?: string])[] = [
  ['program/src/main.ts', 'export const y = process.env.HOME'],
  ['services/ingest/src/main.ts', 'export const y = process.env.HOME'],
  ['services/ingest/src/domain.ts', 'export const y = process.env.HOME', processEnv],
  ['program/src/main.ts', "console.log('a')", console],
  [
    'shared/log/embedded/x.test.ts',
    "import { it } from 'vitest'; import { x } from 'lmdb'; export const y = [it, x]",
  ],
  ['shared/log/embedded/x.test.ts', "import { x } from 'kafkajs'; export const y = x", imports],
  ['shared/log/x.test.ts', "import { x } from '../testing/log-contract.ts'; export const y = x"],
  ['shared/log/x.test.ts', "import { x } from 'lmdb'; export const y = x", imports],
  ['services/scoring/src/x.test.ts', "import { x } from '@nabiz/ingest'; export const y = x", imports],
  ['services/scoring/src/engine/x.test.ts', "import { it } from 'vitest'; export const y = [it, Date.now()]"],
  [
    'program/src/x.test.ts',
    "import { x } from '@nabiz/ingest'; import { it } from 'vitest'; export const y = [it, x]",
  ],
  ['vitest.config.ts', 'export default {}'],
]

interface Case {
  path: string
  line: string
  rule: string | undefined
}

const cases: Case[] = [
  ...Object.entries(refused).flatMap(([rule, lines]) =>
    lines.map(([folder, line]) => ({ path: `${folder}/x.ts`, line, rule })),
  ),
  ...accepted.map(([folder, line]) => ({ path: `${folder}/x.ts`, line, rule: undefined })),
  ...named.map(([path, line, rule]) => ({ path, line, rule })),
]

describe('the directions of imports in biome.json', () => {
  let found: ReadonlyMap<Case, readonly string[]>
  const root = mkdtempSync(join(tmpdir(), 'nabiz-lint-'))

  beforeAll(() => {
    found = lint(root, cases)
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  it.each(cases.filter((each) => each.rule !== undefined))('refuse in $path: $line', (each) => {
    expect(found.get(each)).toContain(each.rule)
  })

  it.each(cases.filter((each) => each.rule === undefined))('accept in $path: $line', (each) => {
    expect(found.get(each)).toEqual([])
  })
})

/** Lints every case in one run, each in a tree of its own so that names decide as they do here; gives the rules that spoke. */
function lint(root: string, all: readonly Case[]): Map<Case, string[]> {
  const repository = join(import.meta.dirname, '..')
  const rules = new Map<Case, string[]>()
  const trees = new Map<string, number>()
  const waiting = all.map((each) => {
    const tree = trees.get(each.path) ?? 0
    trees.set(each.path, tree + 1)
    return { each, tree }
  })
  for (const tree of new Set(waiting.map((one) => one.tree))) {
    const folder = join(root, String(tree))
    const here = waiting.filter((one) => one.tree === tree)
    for (const { each } of here) {
      rules.set(each, [])
      mkdirSync(dirname(join(folder, each.path)), { recursive: true })
      writeFileSync(join(folder, each.path), `${each.line}\n`)
    }
    copyFileSync(join(repository, 'biome.json'), join(folder, 'biome.json'))
    for (const { path, rule } of runBiome(repository, folder)) {
      const hit = here.find((one) => one.each.path === path)
      if (hit !== undefined) rules.get(hit.each)?.push(rule)
    }
  }
  return rules
}

function runBiome(repository: string, folder: string): { path: string; rule: string }[] {
  const binary = join(repository, 'node_modules', '.bin', 'biome')
  const run = spawnSync(binary, ['lint', '--reporter=json', '--max-diagnostics=none', '.'], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (!run.stdout.startsWith('{')) throw new Error(`biome gave no report: ${run.stderr}`)
  const report = JSON.parse(run.stdout) as { diagnostics: { category: string; location: { path: string } }[] }
  return report.diagnostics.map(({ category, location }) => ({ path: location.path, rule: category }))
}

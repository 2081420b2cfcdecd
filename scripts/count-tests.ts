/**
 * Adds up runs of the test suite for `.ci/run`; its last line is `N passed, N failed`, and it fails unless every test of
 * the repository ran and passed in every run, but for the files that a run leaves out by name.
 *
 *   tsx scripts/count-tests.ts NAME EXIT_CODE REPORT.json LEFT_OUT [NAME EXIT_CODE REPORT.json LEFT_OUT ...]
 *
 * LEFT_OUT names test files from the repository's root, with spaces between them; every one must run in another run.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'

/** What we read of the report of vitest's `json` reporter. */
const vitestReport = z.object({
  testResults: z.array(
    z.object({
      /** Absolute path of the test file. */
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
})

/** One run of the suite; `failed` counts whatever kept a guarantee from being shown, `problems` says what it was. */
export interface RunCount {
  passed: number
  failed: number
  problems: string[]
}

/**
 * Counts one run: a failed, skipped or unfinished test is a failure, and so are a file without a test, a file of
 * `expectedFiles` (absolute paths) that did not run, an exit code other than 0 without a failed test, and an unreadable report.
 */
export function countRun(report: string, exitCode: number, expectedFiles: readonly string[]): RunCount {
  const parsed = readReport(report)
  if (parsed === undefined)
    return { passed: 0, failed: 1, problems: [`no readable report (exit code ${exitCode})`] }
  const problems: string[] = []
  let passed = 0
  const seen = new Set<string>()
  for (const file of parsed.testResults) {
    seen.add(file.name)
    const failedBefore = problems.length
    for (const { status, fullName } of file.assertionResults) {
      if (status === 'passed') passed += 1
      else problems.push(`${status}: ${file.name}: ${fullName}`)
    }
    if (file.assertionResults.length === 0) problems.push(`no test ran: ${file.name}`)
    else if (file.status === 'failed' && problems.length === failedBefore)
      problems.push(`failed outside its tests: ${file.name}`)
  }
  for (const file of expectedFiles) if (!seen.has(file)) problems.push(`did not run: ${file}`)
  if (passed === 0) problems.push('no test passed')
  if (exitCode !== 0 && problems.length === 0)
    problems.push(`exit code ${exitCode} though no test failed (an error outside the tests, or out of time)`)
  return { passed, failed: problems.length, problems }
}

function readReport(report: string): z.infer<typeof vitestReport> | undefined {
  try {
    return vitestReport.parse(JSON.parse(report))
  } catch {
    return undefined
  }
}

/** Absolute paths of every `*.test.ts` under a folder, found on disk and not by vitest's own patterns. */
export function findTestFiles(folder: string): string[] {
  const found: string[] = []
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
      found.push(...findTestFiles(path))
    else if (entry.isFile() && entry.name.endsWith('.test.ts')) found.push(path)
  }
  return found.sort()
}

/** Of the files that some runs leave out, those that are no test files and those that no run holds, as problems. */
export function checkLeftOut(leftOut: readonly (readonly string[])[], files: readonly string[]): string[] {
  const known = new Set(files)
  return [...new Set(leftOut.flat())].flatMap((file) => {
    if (!known.has(file)) return [`left out, but no test file: ${file}`]
    return leftOut.every((names) => names.includes(file)) ? [`left out of every run: ${file}`] : []
  })
}

function main(args: readonly string[]): number {
  const repository = join(import.meta.dirname, '..')
  const files = findTestFiles(repository)
  const print = (lines: readonly string[]) => {
    for (const line of lines) process.stdout.write(`  ${line.replaceAll(`${repository}/`, '')}\n`)
  }
  let passed = 0
  let failed = 0
  const leftOut: string[][] = []
  for (let at = 0; at + 3 < args.length; at += 4) {
    const [name = '', code = '', path = '', names = ''] = args.slice(at, at + 4)
    const without = names.split(' ').flatMap((file) => (file === '' ? [] : [join(repository, file)]))
    leftOut.push(without)
    const expected = files.filter((file) => !without.includes(file))
    const run = countRun(readIfThere(path), Number(code), expected)
    passed += run.passed
    failed += run.failed
    process.stdout.write(`${name}: ${run.passed} passed, ${run.failed} failed\n`)
    print(run.problems)
  }
  const unknown = checkLeftOut(leftOut, files)
  print(unknown)
  failed += unknown.length
  if (passed + failed === 0) failed = 1
  process.stdout.write(`${passed} passed, ${failed} failed\n`)
  return failed === 0 ? 0 : 1
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  process.exitCode = main(process.argv.slice(2))

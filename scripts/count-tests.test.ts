import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkLeftOut, countRun, findTestFiles } from './count-tests.ts'

describe('countRun', () => {
  it('counts what passed', () => {
    const run = countRun(aReport({ '/r/a.test.ts': ['passed', 'passed'], '/r/b.test.ts': ['passed'] }), 0, [
      '/r/a.test.ts',
      '/r/b.test.ts',
    ])
    expect(run).toEqual({ passed: 3, failed: 0, problems: [] })
  })

  it.each(['failed', 'skipped', 'pending', 'todo'])('takes a test that is %s for a failure', (status) => {
    const run = countRun(aReport({ '/r/a.test.ts': ['passed', status] }), 0, ['/r/a.test.ts'])
    expect(run).toEqual({ passed: 1, failed: 1, problems: [`${status}: /r/a.test.ts: test 1`] })
  })

  it('takes a file that did not load for a failure', () => {
    const run = countRun(aReport({ '/r/a.test.ts': ['passed'], '/r/b.test.ts': [] }), 1, [])
    expect(run).toEqual({ passed: 1, failed: 1, problems: ['no test ran: /r/b.test.ts'] })
  })

  it('takes a test file that stands on disk and not in the report for a failure', () => {
    const run = countRun(aReport({ '/r/a.test.ts': ['passed'] }), 0, ['/r/a.test.ts', '/r/b.test.ts'])
    expect(run).toEqual({ passed: 1, failed: 1, problems: ['did not run: /r/b.test.ts'] })
  })

  it('takes a file that failed outside its tests for a failure', () => {
    const report = JSON.stringify({
      testResults: [
        { name: '/r/a.test.ts', status: 'failed', assertionResults: [{ status: 'passed', fullName: 'x' }] },
      ],
    })
    expect(countRun(report, 1, [])).toMatchObject({ passed: 1, failed: 1 })
  })

  it('takes a bad exit code for a failure though every test passed', () => {
    expect(countRun(aReport({ '/r/a.test.ts': ['passed'] }), 1, [])).toMatchObject({ passed: 1, failed: 1 })
  })

  it.each(['', '{', '{}', 'null'])('takes a report that is %j for a failure', (report) => {
    expect(countRun(report, 0, [])).toMatchObject({ passed: 0, failed: 1 })
  })

  it('takes a run without a test for a failure', () => {
    expect(countRun(aReport({}), 0, [])).toMatchObject({ passed: 0, failed: 1 })
  })
})

describe('checkLeftOut', () => {
  const files = ['/r/a.test.ts', '/r/b.test.ts', '/r/c.test.ts']

  it('is content with what one run leaves out and another holds', () => {
    expect(checkLeftOut([[], ['/r/a.test.ts', '/r/b.test.ts']], files)).toEqual([])
  })

  it('tells of a file that every run leaves out, and of a name that is no test file', () => {
    expect(checkLeftOut([['/r/a.test.ts'], ['/r/a.test.ts', '/r/x.test.ts']], files)).toEqual([
      'left out of every run: /r/a.test.ts',
      'left out, but no test file: /r/x.test.ts',
    ])
  })
})

describe('findTestFiles', () => {
  it('finds every test file but those of others', () => {
    const root = mkdtempSync(join(tmpdir(), 'nabiz-count-'))
    try {
      for (const path of [
        'b.test.ts',
        'a/c.test.ts',
        'a/c.ts',
        'node_modules/x/d.test.ts',
        '.cache/e.test.ts',
      ]) {
        mkdirSync(join(root, path, '..'), { recursive: true })
        writeFileSync(join(root, path), '')
      }
      expect(findTestFiles(root)).toEqual([join(root, 'a/c.test.ts'), join(root, 'b.test.ts')])
    } finally {
      rmSync(root, { recursive: true })
    }
  })
})

/** A report of vitest: for each file, the statuses of its tests. */
function aReport(files: Record<string, string[]>): string {
  return JSON.stringify({
    testResults: Object.entries(files).map(([name, statuses]) => ({
      name,
      status: statuses.every((status) => status === 'passed') && statuses.length > 0 ? 'passed' : 'failed',
      assertionResults: statuses.map((status, at) => ({ status, fullName: `test ${at}` })),
    })),
  })
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { causeOfCommitError, checkFileHeader, writeError } from './lmdb-errors.ts'

const { EIO, ENOSPC, EDQUOT } = constants.errno
const roomy = 2 ** 40

describe('writeError', () => {
  it.each([
    ['no space', ENOSPC, roomy, 'log_full'],
    ['quota', EDQUOT, roomy, 'log_full'],
    ['map full', -30_792, roomy, 'log_full'],
    ['write cut short on a full disk', EIO, 4_096, 'log_full'],
    ['write cut short on a disk with room', EIO, roomy, 'log_unavailable'],
  ])('takes %s for what it is, to be tried again', (_case, code, freeBytes, expected) => {
    const err = writeError(Object.assign(new Error('lmdb says'), { code }), '/some/where', freeBytes)
    expect(err).toMatchObject({ code: expected, retryable: true })
    expect(err.message).toContain('/some/where')
  })
})

describe('causeOfCommitError', () => {
  it('finds the cause that lmdb hides in a promise', async () => {
    const cause = new Error('disk full')
    const commitError = Promise.reject(cause)
    expect(await causeOfCommitError(Object.assign(new Error('Commit failed'), { commitError }))).toBe(cause)
    expect(await causeOfCommitError(cause)).toBe(cause)
  })
})

describe('checkFileHeader', () => {
  it('refuses a file that is not LMDB’s and lets an empty one pass', () => {
    const folder = mkdtempSync(join(tmpdir(), 'nabiz-log-'))
    try {
      for (const content of ['short', 'x'.repeat(10_000)]) {
        writeFileSync(join(folder, 'file'), content)
        expect(() => checkFileHeader(join(folder, 'file'))).toThrow(/is not a file of this log/)
      }
      writeFileSync(join(folder, 'file'), '')
      checkFileHeader(join(folder, 'file'))
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

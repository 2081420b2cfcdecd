import { constants } from 'node:os'
import { describe, expect, it } from 'vitest'
import { DependencyError } from '../errors/index.ts'
import { causeOfCommitError, writeError } from './write-error.ts'

const { EIO, ENOSPC, EDQUOT, EFBIG } = constants.errno
const roomy = 2 ** 40

describe('writeError', () => {
  it.each([
    ['no space', ENOSPC, roomy, 'full'],
    ['quota', EDQUOT, roomy, 'full'],
    ['greatest size of a file', EFBIG, roomy, 'full'],
    ['map full', -30_792, roomy, 'full'],
    ['write cut short on a full disk', EIO, 4_096, 'full'],
    ['write cut short on a disk with room', EIO, roomy, 'unavailable'],
  ])('takes %s for what it is, to be tried again', (_case, code, freeBytes, expected) => {
    const thrown = Object.assign(new Error('lmdb says'), { code })
    for (const kind of ['log', 'store'] as const) {
      const err = writeError(kind, thrown, '/some/where', freeBytes)
      expect(err).toMatchObject({ code: `${kind}_${expected}`, retryable: true, cause: thrown })
      expect(err.message).toContain(`${kind} in /some/where`)
    }
  })

  it('calls it no full disk where room cannot be told', () => {
    const thrown = Object.assign(new Error('lmdb says'), { code: EIO })
    expect(writeError('store', thrown, '/none/such')).toMatchObject({ code: 'store_unavailable' })
  })

  it('leaves an error that says what it means', () => {
    const thrown = new DependencyError('closed', 'the store is closed', { retryable: false })
    expect(writeError('store', thrown, '/some/where')).toBe(thrown)
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

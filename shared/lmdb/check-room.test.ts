import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { checkRoom } from './check-room.ts'
import { freeBytesOf } from './room.ts'

// Other programs use the disk meanwhile: every bound is far from what is free.
const folder = tmpdir()
const free = freeBytesOf(folder)

describe('checkRoom', () => {
  it('lets a commit pass that leaves what is to be left', () => {
    checkRoom({ kind: 'log', folder, bytes: free / 8, minFreeBytes: free / 4 })
  })

  it('refuses a commit whose pages, half full, would take of it', () => {
    const commit = { folder, bytes: free / 2, minFreeBytes: free / 4 }
    expect(() => checkRoom({ kind: 'log', ...commit })).toThrow(
      expect.objectContaining({ code: 'log_full', retryable: true }),
    )
    expect(() => checkRoom({ kind: 'store', ...commit })).toThrow(/store in .* MB free, of which it leaves/)
  })

  it('lets what puts no values go on to a quarter of it', () => {
    const minFreeBytes = 2 * free
    expect(() => checkRoom({ kind: 'store', folder, bytes: 1, minFreeBytes })).toThrow(/cannot grow/)
    checkRoom({ kind: 'store', folder, bytes: 0, minFreeBytes })
    expect(() => checkRoom({ kind: 'store', folder, bytes: 0, minFreeBytes: 8 * free })).toThrow(
      /cannot grow/,
    )
  })
})

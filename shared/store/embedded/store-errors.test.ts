import { describe, expect, it } from 'vitest'
import { writeError } from './store-errors.ts'

const failure = (code: number) => Object.assign(new Error('write failed'), { code })

describe('writeError', () => {
  it.each([28, 27, 122, -30792])('calls code %i a full store that may have room later', (code) => {
    expect(writeError('/tmp', failure(code))).toMatchObject({ code: 'store_full', retryable: true })
  })

  it('calls an input/output error trouble with the disk while there is room', () => {
    expect(writeError('/tmp', failure(5))).toMatchObject({ code: 'store_unavailable', retryable: true })
  })

  it('calls an input/output error a full store where no room can be found', () => {
    expect(writeError('/none/such', failure(5))).toMatchObject({ code: 'store_full' })
  })
})

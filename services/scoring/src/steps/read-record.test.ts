import { describe, expect, it } from 'vitest'
import { readRecord } from './read-record.ts'

describe('readRecord', () => {
  it('reads a heartbeat', () => {
    const record = { v: 1, type: 'heartbeat', at: 5, source: 'a', connectors: [] }
    expect(read(record)).toEqual({ kind: 'pass', value: record })
  })

  it.each([
    [Buffer.from('{oops'), 'not_json'],
    [Buffer.from([0xff, 0xfe]), 'not_json'],
    [Buffer.from('{"v":2,"type":"heartbeat"}'), 'unsupported_version'],
    [Buffer.from('{"v":1,"type":"heartbeat","at":"noon","source":"a","connectors":[]}'), 'schema'],
    [Buffer.from('null'), 'schema'],
  ])('says why %s is no record', (bytes, reason) => {
    expect(readRecord(bytes)).toMatchObject({ kind: 'deadLetter', reason })
  })

  it('names the field that does not fit', () => {
    const outcome = read({ v: 1, type: 'heartbeat', at: 'noon', source: 'a', connectors: [] })
    expect(outcome).toMatchObject({ detail: expect.stringMatching(/^at: .*number/) })
  })
})

function read(record: unknown) {
  return readRecord(Buffer.from(JSON.stringify(record)))
}

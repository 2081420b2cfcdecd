import { describe, expect, it } from 'vitest'
import { checkIntegrity, chooseNode } from './test-node24.ts'

describe('chooseNode', () => {
  it('fetches on linux-x64, whatever Node runs', () => {
    expect(chooseNode('linux', 'x64', '20.19.0')).toEqual({ kind: 'fetch' })
    expect(chooseNode('linux', 'x64', '26.0.0')).toEqual({ kind: 'fetch' })
  })

  it('takes the running Node elsewhere when it is new enough, and says so', () => {
    const choice = chooseNode('darwin', 'arm64', '24.0.0')
    expect(choice).toMatchObject({ kind: 'current', note: expect.stringContaining('darwin-arm64') })
  })

  it('refuses elsewhere when it is too old, naming platform and version', () => {
    const choice = chooseNode('linux', 'arm64', '22.11.0')
    expect(choice).toMatchObject({
      kind: 'none',
      reason: expect.stringMatching(/linux-arm64.*22\.11\.0.*24/),
    })
  })
})

describe('checkIntegrity', () => {
  const bytes = new TextEncoder().encode('abc')
  /** SHA-512 of "abc" from FIPS 180-4, in base64. */
  const ofAbc =
    'sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw=='

  it('accepts the bytes that were pinned', () => {
    expect(() => checkIntegrity(bytes, ofAbc, 'x@1')).not.toThrow()
  })

  it('refuses other bytes, naming the package, what was found and what was expected', () => {
    expect(() => checkIntegrity(bytes.slice(1), ofAbc, 'x@1')).toThrow(
      /^x@1: found sha512-.*, expected sha512-3a81/,
    )
  })
})

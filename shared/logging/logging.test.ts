import { describe, expect, it } from 'vitest'
import { DependencyError } from '../errors/index.ts'
import { createLogger } from './index.ts'

describe('createLogger', () => {
  it('writes one JSON line with level, time and service', () => {
    const { logger, lines } = setup()
    logger.info({ partition: 3 }, 'partition assigned')
    expect(lines()).toEqual([
      expect.objectContaining({ level: 'info', service: 'test', partition: 3, msg: 'partition assigned' }),
    ])
    expect(Date.parse(String(lines()[0]?.time))).not.toBeNaN()
  })

  it.each(['token', 'secret', 'password', 'authorization', 'text'])(
    'never shows a field named %s',
    (field) => {
      const { logger, lines } = setup()
      logger.warn({ [field]: 'hush', nested: { [field]: 'hush' } }, 'refused')
      expect(JSON.stringify(lines())).not.toContain('hush')
    },
  )

  it('says code and message of an error, and nothing of its cause', () => {
    const { logger, lines } = setup()
    const cause = new Error('body with hush in it')
    logger.error(
      { err: new DependencyError('http_status', 'host answered 500', { retryable: true, cause }) },
      'failed',
    )
    expect(lines()[0]?.err).toMatchObject({ code: 'http_status', message: 'host answered 500' })
    expect(JSON.stringify(lines())).not.toContain('hush')
  })
})

function setup() {
  const written: string[] = []
  const logger = createLogger({ service: 'test', destination: { write: (line) => void written.push(line) } })
  const lines = () => written.map((line) => JSON.parse(line) as Record<string, unknown>)
  return { logger, lines }
}

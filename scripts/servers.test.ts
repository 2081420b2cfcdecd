import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { loadConfig } from '@nabiz/shared/config'
import { describe, expect, it } from 'vitest'
import { nabizConfig } from '../program/src/config/nabiz-config.ts'
import { describeWithKafkaServer } from '../shared/testing/servers/describe-with-kafka-server.ts'
import { describeWithRedisServer } from '../shared/testing/servers/describe-with-redis-server.ts'
import { readBrokers, sectionsFor, variablesFor } from './servers.ts'

const redisUrl = 'redis://127.0.0.1:6399'

describe('sectionsFor', () => {
  it('accepts the single copy of one broker, and nothing where there are three', () => {
    const one = configOf(sectionsFor({ brokers: ['127.0.0.1:9001'], redisUrl }))
    expect(one.log).toMatchObject({ driver: 'kafka', replication: 1, accept: ['replication'] })
    const brokers = ['127.0.0.1:9001', '127.0.0.1:9002', '127.0.0.1:9003']
    const three = configOf(sectionsFor({ brokers, redisUrl }))
    expect(three.log).toMatchObject({ brokers, replication: 3, accept: [] })
    expect(three.store).toMatchObject({ driver: 'redis', url: redisUrl })
  })
})

describe('variablesFor', () => {
  it('names the brokers in one word, as the tests read them', () => {
    expect(variablesFor({ brokers: ['a:1', 'b:2'], redisUrl })).toBe(
      `KAFKA_BROKERS=a:1,b:2 REDIS_URL=${redisUrl}`,
    )
  })
})

describe('readBrokers', () => {
  it('takes one where nothing is said, or three', () => {
    expect([readBrokers([]), readBrokers(['--brokers', '3'])]).toEqual([1, 3])
  })

  it('refuses another number, saying what would be right', () => {
    expect(() => readBrokers(['--brokers', '2'])).toThrow('--brokers: found 2; expected 1 or 3')
  })
})

describeWithKafkaServer('servers.ts', () => {
  describeWithRedisServer('with a Redis', () => {
    it('starts servers where it says, and ends them with itself', async () => {
      const script = join(import.meta.dirname, 'servers.ts')
      const child = spawn(process.execPath, ['--import', 'tsx', script], {
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let output = ''
      let errors = ''
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        errors += text
      })
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
      while (!output.includes('store:')) {
        await Promise.race([once(child.stdout, 'data'), once(child, 'close')])
        if (child.exitCode !== null) throw new Error(errors)
      }
      const [, broker = '', redis = ''] = /KAFKA_BROKERS=\S+:(\d+) REDIS_URL=\S+:(\d+)/.exec(output) ?? []
      expect([await isOpen(broker), await isOpen(redis)]).toEqual([true, true])
      expect(configOf(output.slice(output.indexOf('log:'))).log).toMatchObject({
        brokers: [`127.0.0.1:${broker}`],
      })
      child.kill('SIGTERM')
      await once(child, 'close')
      expect(child.exitCode, errors).toBe(0)
      expect([await isOpen(broker), await isOpen(redis)]).toEqual([false, false])
    })
  })
})

function configOf(yaml: string) {
  return loadConfig(nabizConfig, yaml, 'servers.ts', {})
}

function isOpen(port: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

import { join } from 'node:path'
import { createSilentLogger } from '@nabiz/shared/logging'
import { systemClock } from '@nabiz/shared/time'
import { expect, it } from 'vitest'
import { readConfig } from '../program/src/config/read-config.ts'
import { openConfiguredDrivers } from '../program/src/drivers.ts'
import { describeWithKafkaServer } from '../shared/testing/servers/describe-with-kafka-server.ts'
import { describeWithRedisServer } from '../shared/testing/servers/describe-with-redis-server.ts'
import { startKafka } from '../shared/testing/servers/kafka-server.ts'
import { startRedis } from '../shared/testing/servers/redis-server.ts'
import {
  type Compose,
  deployments,
  exampleEnvironment,
  infra,
  kafkaProperties,
  readCompose,
  servicesOf,
} from './read-compose.ts'

describeWithKafkaServer('servers set up as the compose files say', () => {
  describeWithRedisServer('with a Redis', () => {
    it.each(deployments)(
      'are trusted by the program: $files',
      async ({ files, brokers, config: configFile }) => {
        const compose = readCompose(...files)
        const [first] = servicesOf(compose, 'apache/kafka:4.4.0')
        const properties = kafkaProperties(first?.[1].environment ?? {})
        const kafka = await startKafka({ brokers, properties: withoutPlaces(properties) })
        const redis = await startRedis({ password: 'of-this-test', settings: redisSettings(compose) })
        try {
          const config = readConfig(join(infra, configFile), {
            ...exampleEnvironment(),
            REDIS_PASSWORD: 'of-this-test',
          })
          if (config.log.driver !== 'kafka' || config.store.driver !== 'redis') throw new Error(configFile)
          const drivers = await openConfiguredDrivers({
            config: {
              ...config,
              log: { ...config.log, brokers: [...kafka.brokers] },
              store: { ...config.store, url: `redis://127.0.0.1:${redis.port}` },
            },
            clock: systemClock,
            logger: createSilentLogger(),
            onFatal(err) {
              throw err
            },
          })
          expect(drivers.log.id).toMatch(/\w/)
          await drivers.close()
        } finally {
          await Promise.all([kafka.stop(), redis.stop()])
        }
      },
    )
  })
})

/** Without what differs from machine to machine: addresses, names, folders. */
function withoutPlaces(properties: Readonly<Record<string, string>>): Record<string, string> {
  const places = /listener|^node\.id$|^controller\.quorum\.voters$|^log\.dirs$/
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !places.test(name)))
}

/** The lines of redis.conf, without those that differ from machine to machine. */
function redisSettings(compose: Compose): Record<string, string> {
  const lines = (compose.configs.redis?.content ?? '').split('\n').filter((line) => /^[a-z]/.test(line))
  const settings = lines.map((line): [string, string] => {
    const [name = '', ...rest] = line.split(' ')
    return [name, rest.join(' ')]
  })
  return Object.fromEntries(settings.filter(([name]) => name !== 'requirepass' && name !== 'dir'))
}

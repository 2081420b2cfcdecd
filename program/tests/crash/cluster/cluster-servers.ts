import { type KafkaServer, startKafka } from '../../../../shared/testing/servers/kafka-server.ts'
import { type RedisServer, startRedis } from '../../../../shared/testing/servers/redis-server.ts'
import { type RedisTail, watchRedisTail } from '../../../../shared/testing/servers/redis-tail.ts'
import { createTcpProxy, type TcpProxy } from '../../../../shared/testing/servers/tcp-proxy.ts'

/** A broker and a Redis of a test's own, each reached through a proxy that breaks connections. */
export interface ClusterServers {
  kafka: KafkaServer
  redis: RedisServer
  redisTail: RedisTail
  kafkaProxy: TcpProxy
  redisProxy: TcpProxy
  /** `log` and `store` of nabiz.yaml. */
  config: { log: object; store: object }
  stop(): Promise<void>
}

const listener = 'PROXIED'

export async function startClusterServers(): Promise<ClusterServers> {
  const ends: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const end of ends.splice(0).reverse()) await end()
  }
  try {
    let kafkaPort = 0
    let redisPort = 0
    const kafkaProxy = await createTcpProxy({ protocol: 'kafka', targetPort: () => kafkaPort })
    ends.push(() => kafkaProxy.close())
    const redisProxy = await createTcpProxy({ targetPort: () => redisPort })
    ends.push(() => redisProxy.close())
    const kafka = await startKafka({
      listeners: [{ name: listener, protocol: 'PLAINTEXT', port: kafkaProxy.port }],
      // A member that was killed is given up after two seconds.
      properties: { 'group.min.session.timeout.ms': '1000' },
    })
    ends.push(() => kafka.stop())
    kafkaPort = kafka.nodes[0]?.listenerPort(listener) ?? 0
    const redis = await startRedis({
      appendfsync: 'everysec',
      settings: { 'auto-aof-rewrite-percentage': '0' },
    })
    ends.push(() => redis.stop())
    redisPort = redis.port
    const redisTail = watchRedisTail(redis)
    ends.push(async () => redisTail.close())
    const log = {
      driver: 'kafka',
      brokers: [`127.0.0.1:${kafkaProxy.port}`],
      replication: 1,
      accept: ['replication'],
      sessionTimeoutSeconds: 3,
    }
    const store = { driver: 'redis', url: `redis://127.0.0.1:${redisProxy.port}` }
    return { kafka, redis, redisTail, kafkaProxy, redisProxy, config: { log, store }, stop }
  } catch (err) {
    await stop()
    throw err
  }
}

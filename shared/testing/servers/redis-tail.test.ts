import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { describeWithRedisServer } from './describe-with-redis-server.ts'
import { startRedis } from './redis-server.ts'
import { watchRedisTail } from './redis-tail.ts'

describeWithRedisServer('watchRedisTail', () => {
  it('takes from a server what it acknowledged last, and nothing before', async () => {
    const redis = await startRedis({ settings: { 'auto-aof-rewrite-percentage': '0' } })
    const tail = watchRedisTail(redis)
    try {
      await redis.cli('set', 'early', 'kept')
      await sleep(400)
      const at = performance.now()
      await sleep(200)
      await redis.cli('set', 'late', 'lost')
      expect(await tail.lose(performance.now() - at)).toBeGreaterThan(0)
      expect(await redis.cli('get', 'early')).toBe('kept')
      expect(await redis.cli('get', 'late')).toBe('')
    } finally {
      tail.close()
      await redis.stop()
    }
  })
})

import { aPrefix, describeWithRedis } from '../../testing/servers/describe-with-redis.ts'
import { describeStoreContract } from '../../testing/store-contract.ts'
import { aConfig, copyOf, openForTest, removeAll } from './testing-redis.ts'

describeWithRedis('redis', ({ url }) => {
  describeStoreContract('redis', async () => {
    const prefix = aPrefix()
    const config = aConfig({ url, prefix })
    return {
      open: (clock) => openForTest({ config, clock }),
      copy: () => copyOf(url, prefix),
      clear: () => removeAll(url, prefix),
    }
  })
})

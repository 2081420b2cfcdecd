import { z } from 'zod'

const driver = z.object({ driver: z.string() }).catch({ driver: 'embedded' })
const drivers = z.object({ log: driver, store: driver })

/**
 * Log and store are both embedded or both of the cluster: with the one in a folder and the other on a network, a second
 * process would share half of what it must.
 */
export const driversCheck = z.check<unknown>((payload) => {
  const found = drivers.safeParse(payload.value)
  if (!found.success) return
  const isEmbedded = (name: 'log' | 'store') => found.data[name].driver === 'embedded'
  if (isEmbedded('log') === isEmbedded('store')) return
  payload.issues.push({
    code: 'custom',
    path: ['store', 'driver'],
    input: found.data.store.driver,
    message: isEmbedded('log') ? 'embedded, or log.driver kafka' : 'redis, or log.driver embedded',
    params: { found: `${found.data.store.driver} beside log.driver ${found.data.log.driver}` },
  })
})

import { expect, it } from 'vitest'
import { createSilentLogger } from '../logging/index.ts'
import { createRegistry } from '../metrics/index.ts'
import { createHttpServer, listening, portOf } from './index.ts'

it('listening takes requests from its start to its stop, on the port that portOf names', async () => {
  const server = createHttpServer({
    logger: createSilentLogger(),
    registry: createRegistry(),
    notReady: () => ['starting'],
  })
  const part = listening(server, { host: '127.0.0.1', port: 0 })
  expect([portOf(undefined), portOf(server)]).toEqual([0, 0])
  await part.start?.()
  const url = `http://127.0.0.1:${portOf(server)}/readyz`
  const answer = await fetch(url)
  expect([answer.status, await answer.json()]).toEqual([503, { ready: false, reasons: ['starting'] }])
  await part.stop()
  await expect(fetch(url)).rejects.toThrow()
})

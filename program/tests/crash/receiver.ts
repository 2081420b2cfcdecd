import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { z } from 'zod'

const notice = z.object({
  type: z.string(),
  data: z.object({
    incident: z.string(),
    sequence: z.number(),
    brand: z.object({ id: z.string() }),
    maybeRepeat: z.boolean(),
  }),
})

/** A notice as it arrived. */
export interface Received {
  /** `incident.page`, `incident.update`, … */
  type: string
  messageId: string
  brand: string
  incident: string
  sequence: number
  maybeRepeat: boolean
}

/** An outside receiver of pages in this process. */
export interface Receiver {
  url: string
  received: Received[]
  /** Called before the answer; false drops the connection instead of answering. */
  beforeAnswer: (received: Received) => boolean
  /** Calls `arrived` as the next notice about a brand comes, and drops its connection instead of answering. */
  refuseFirst(brand: string, arrived: () => void): Promise<void>
  close(): Promise<void>
}

export async function createReceiver(): Promise<Receiver> {
  const received: Received[] = []
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { type, data } = notice.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')))
      const entry = {
        type,
        messageId: String(request.headers['webhook-id']),
        brand: data.brand.id,
        incident: data.incident,
        sequence: data.sequence,
        maybeRepeat: data.maybeRepeat,
      }
      received.push(entry)
      if (receiver.beforeAnswer(entry)) response.end('{}')
      else response.destroy()
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/pages`,
    received,
    beforeAnswer: () => true,
    refuseFirst(brand, arrived) {
      return new Promise((resolve) => {
        receiver.beforeAnswer = (notice) => {
          if (notice.brand !== brand) return true
          receiver.beforeAnswer = () => true
          arrived()
          resolve()
          return false
        }
      })
    },
    async close() {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
  return receiver
}

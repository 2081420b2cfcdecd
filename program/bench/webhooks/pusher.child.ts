import { Agent, request } from 'node:http'
import { performance } from 'node:perf_hooks'
import { signatureOf } from '../../tests/crash/feeder.ts'
import { type Pushed, type PushedItem, type PushOrder, senders } from './push.ts'

const agent = new Agent({ keepAlive: true, maxSockets: senders })
let made = 0

process.once('message', (order: PushOrder) => {
  push(order).then(
    (pushed) => process.send?.(pushed, () => process.exit(0)),
    (err: unknown) => {
      console.error(err)
      process.exit(1)
    },
  )
})

/** Counts the webhooks that were answered with 202. */
async function push({ url, items, warmUpMs, forMs }: PushOrder): Promise<Pushed> {
  const begin = performance.now() + warmUpMs
  const end = begin + forMs
  let taken = 0
  let answered = 0
  await Promise.all(
    Array.from({ length: senders }, async () => {
      while (performance.now() < end) {
        await send(url, JSON.stringify({ items: Array.from({ length: items }, anItem) }))
        answered += 1
        const now = performance.now()
        if (now >= begin && now < end) taken += 1
      }
    }),
  )
  agent.destroy()
  return { aSecond: taken / (forMs / 1_000), answered }
}

function anItem(): PushedItem {
  made += 1
  return {
    id: `m${process.pid}-${made}`,
    text: `Velmora kargom hâlâ gelmedi, ${made}. gün oldu`,
    createdAt: new Date().toISOString(),
    language: 'tr',
    author: { id: `a${made % 5_000}`, followers: 50 },
  }
}

function send(url: string, body: string): Promise<void> {
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...signatureOf(body),
  }
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume()
      response.once('end', () =>
        response.statusCode === 202 ? resolve() : reject(new Error(`answered ${response.statusCode}`)),
      )
    })
    sent.once('error', reject)
    sent.end(body)
  })
}

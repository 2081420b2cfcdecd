import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

type Label = 'negative' | 'neutral' | 'positive'
const scores: Record<Label, number> = { negative: -0.8, neutral: 0, positive: 0.8 }

/** A server of somebody's own that judges texts, under the model name `theirs@1`. */
export async function createHttpServer(first: (text: string) => Label) {
  let judge = first
  let asked = 0
  let delayMs = 0
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(pieces).toString('utf8')) as { texts: { text: string }[] }
      asked += body.texts.length
      const results = body.texts.map(({ text }) => {
        const label = judge(text)
        return { label, score: scores[label], confidence: 0.8 }
      })
      setTimeout(() => {
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify({ model: 'theirs@1', results }))
      }, delayMs)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    /** Texts it was asked about. */
    texts: () => asked,
    answerWith(next: (text: string) => Label, afterMs = 0) {
      judge = next
      delayMs = afterMs
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

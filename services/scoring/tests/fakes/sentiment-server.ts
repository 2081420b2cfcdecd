import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A request to judge texts, as it came over the wire. */
export interface AskedTexts {
  headers: IncomingHttpHeaders
  model: string
  texts: { text: string; language?: string }[]
}

/** What a server does with a request: results to answer with, or its own answer on the response. */
export type Answer = (asked: AskedTexts, response: ServerResponse) => unknown[] | undefined

/** A server on this machine that speaks the protocol of `sentiment.http`; it is closed when the test is over. */
export async function aSentimentServer(first: Answer, model = 'berturk@3') {
  const requests: AskedTexts[] = []
  let answer = first
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(pieces).toString('utf8')) as Omit<AskedTexts, 'headers'>
      const asked = { ...body, headers: request.headers }
      requests.push(asked)
      const results = answer(asked, response)
      if (!results) return
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ model, results }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  onTestFinished(close)
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/judge`,
    requests,
    /** Texts it was asked about. */
    texts: () => requests.reduce((sum, { texts }) => sum + texts.length, 0),
    close,
    answerWith(next: Answer) {
      answer = next
    },
  }
}

const verdicts = {
  negative: { label: 'negative', score: -0.9, confidence: 0.9 },
  neutral: { label: 'neutral', score: 0, confidence: 0.5 },
  positive: { label: 'positive', score: 0.9, confidence: 0.9 },
} as const

/** Judges each text by itself. */
export function labelledBy(labelOf: (text: string) => keyof typeof verdicts): Answer {
  return ({ texts }) => texts.map(({ text }) => verdicts[labelOf(text)])
}

/** Calls every text that holds `word` negative, and the others neutral. */
export function negativeIf(word: string): Answer {
  return labelledBy((text) => (text.includes(word) ? 'negative' : 'neutral'))
}

/** Never answers: the connection stays open. */
export const silent: Answer = () => undefined

/** Answers with an error of its own. */
export const failing: Answer = (_asked, response) => {
  response.writeHead(503).end()
  return undefined
}

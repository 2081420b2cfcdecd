import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'

/**
 * What becomes of what a client sends: it passes; the connection ends before it, or instead of the answer; or it is lost on
 * a connection that stays open.
 */
export type Verdict = 'pass' | 'cutBefore' | 'cutAnswer' | 'lose'

export interface CuttingProxy {
  /** The server's URL, with the proxy's address. */
  readonly url: string
  /** Decides about each chunk a client sends. */
  judge: (sent: Buffer) => Verdict | Promise<Verdict>
  close(): Promise<void>
}

/** Stands between a store and its server, and cuts connections where a test wants it. */
export async function startProxy(url: string): Promise<CuttingProxy> {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(Number(target.port || 6379), target.hostname)
    let isMuted = false
    let isDead = false
    const end = () => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', end)
      socket.on('close', end)
    }
    client.on('data', async (sent) => {
      client.pause()
      const verdict = await proxy.judge(sent)
      client.resume()
      if (verdict === 'cutBefore') return end()
      if (verdict === 'lose') isDead = true
      if (isDead) return
      if (verdict === 'cutAnswer') isMuted = true
      upstream.write(sent)
    })
    upstream.on('data', (answer) => {
      if (isMuted) end()
      else client.write(answer)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const through = new URL(url)
  through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const proxy: CuttingProxy = {
    url: through.toString(),
    judge: () => 'pass',
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return proxy
}

/** A judge that gives its verdict about the first chunk that holds a text, and lets all others pass. */
export function once(text: string, verdict: Verdict): (sent: Buffer) => Verdict {
  let isOver = false
  return (sent) => {
    if (isOver || !sent.includes(text)) return 'pass'
    isOver = true
    return verdict
  }
}

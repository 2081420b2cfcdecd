import { Cluster } from 'ioredis'
import { DependencyError } from '../../errors/index.ts'
import { readInfo, serverFaults } from './check-server.ts'
import { type Client, createClient } from './client.ts'
import type { RedisStoreConfig } from './redis-config.ts'
import { isWrong, shortMessage } from './redis-error.ts'

/**
 * Connects and looks at the server. What is not there yet is waited for, up to `connectWithinMs`; what is wrong (a password, a
 * certificate, a server that would lose states) is refused at once, with what was found and what to do.
 */
export async function openClient(config: RedisStoreConfig): Promise<{ client: Client; server: string }> {
  const { client, server } = createClient(config)
  try {
    await untilReady(client, server, config)
    await checkServers(client, server, config)
    return { client, server }
  } catch (err) {
    client.disconnect()
    throw err
  }
}

function untilReady(client: Client, server: string, config: RedisStoreConfig): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    let last: unknown
    const timer = setTimeout(
      () => finish(() => reject(notThere(server, last, config))),
      config.connectWithinMs,
    )

    function finish(settle: () => void): void {
      clearTimeout(timer)
      client.off('ready', onReady)
      client.off('node error', onError)
      // An 'error' without a listener would be printed by the client; ours stays until the connection's own is there.
      settle()
    }
    const onReady = () => finish(resolve)
    const onError = (err: unknown) => {
      last = causeOf(err) ?? last
      if (isWrong(last)) finish(() => reject(wrong(server, last, config)))
    }
    client.on('ready', onReady)
    client.on('error', onError)
    client.on('node error', onError)
    // Its rejection says only that the connection closed; why, the events tell. It goes on trying.
    client.connect().catch(() => undefined)
  })
}

/** A cluster's client keeps the reason one level deeper. */
function causeOf(err: unknown): unknown {
  return err instanceof Error && 'lastNodeError' in err ? (err.lastNodeError ?? err) : err
}

function notThere(server: string, last: unknown, { connectWithinMs }: RedisStoreConfig): DependencyError {
  const found = last === undefined ? 'no answer' : shortMessage(last)
  return refused(
    `no Redis could be reached on ${server} within ${connectWithinMs} ms: ${found}; ` +
      'start it, or mend address, TLS and firewall',
  )
}

function wrong(server: string, err: unknown, { mode }: RedisStoreConfig): DependencyError {
  const message = shortMessage(err)
  if (mode === 'cluster' && message.includes('cluster support disabled'))
    return refused(`Redis on ${server} is a single server: set mode: single, or name nodes of a cluster`)
  const isTls = err instanceof Error && 'code' in err
  const way = isTls
    ? 'check tls.caFile, tls.serverName, and whether the server speaks TLS at all'
    : 'check user, password and what the ACL allows'
  return refused(`Redis on ${server} was found, but: ${message}; ${way}`)
}

async function checkServers(client: Client, server: string, config: RedisStoreConfig): Promise<void> {
  const nodes = client instanceof Cluster ? client.nodes('master') : [client]
  const faults = await Promise.all(
    nodes.map(async (node) => {
      const info = await node.info().catch((err: unknown) => {
        throw refused(
          `Redis on ${server} does not tell about itself: ${shortMessage(err)}; allow the user INFO`,
        )
      })
      return serverFaults(readInfo(info), config.mode, config.accept)
    }),
  )
  const found = [...new Set(faults.flat())]
  if (found.length > 0) throw refused(`Redis on ${server} cannot be used: ${found.join('; ')}`)
}

function refused(message: string): DependencyError {
  return new DependencyError('store_unavailable', message, { retryable: false })
}

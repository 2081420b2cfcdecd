import { type RedisServer, type RedisServerOptions, startRedis, until } from './redis-server.ts'

/** Masters that share all slots; they find each other within a second or two. */
export async function startRedisCluster(count: 1 | 3, options: RedisServerOptions = {}) {
  const nodes: RedisServer[] = []
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.stop()))
  }
  try {
    while (nodes.length < count) nodes.push(await startRedis({ ...options, cluster: true }))
    const slots = 16_384
    for (const [i, node] of nodes.entries()) {
      const first = Math.floor((i * slots) / count)
      await node.cli(
        'cluster',
        'addslotsrange',
        String(first),
        String(Math.floor(((i + 1) * slots) / count) - 1),
      )
      await node.cli('cluster', 'set-config-epoch', String(i + 1))
      if (i > 0) await node.cli('cluster', 'meet', '127.0.0.1', String(nodes[0]?.port))
    }
    await until(async () => {
      const infos = await Promise.all(nodes.map((node) => node.cli('cluster', 'info')))
      return infos.every(
        (info) => info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${count}`),
      )
    }, 'the nodes did not become one cluster')
  } catch (err) {
    await stop()
    throw err
  }
  return { nodes, stop }
}

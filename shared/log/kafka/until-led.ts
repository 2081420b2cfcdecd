import { setTimeout as sleep } from 'node:timers/promises'
import { DependencyError } from '../../errors/index.ts'
import type { TopicMetadata } from './wire/metadata-request.ts'

/**
 * The topics, by names with their prefix, once every partition of each has a leader; brokers hear of that one after the
 * other, so who asks another broker may wait again. `ask`: what a broker says of them. Throws DependencyError
 * log_unavailable after `withinMs`.
 */
export async function untilLed(
  names: readonly string[],
  ask: () => Promise<readonly TopicMetadata[]>,
  withinMs: number,
): Promise<TopicMetadata[]> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const led = (await ask()).filter(
      ({ leaders }) => leaders.length > 0 && leaders.every((leader) => leader >= 0),
    )
    if (led.length === names.length) return led
    if (performance.now() > deadline) {
      const without = names.filter((name) => !led.some((topic) => topic.name === name)).join(', ')
      throw new DependencyError('log_unavailable', `Kafka: no leaders yet for ${without}`, {
        retryable: true,
      })
    }
    await sleep(50)
  }
}

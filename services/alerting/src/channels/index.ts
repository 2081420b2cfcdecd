import { z } from 'zod'
import type { Channel, ChannelContext, ChannelFactory } from './channel.ts'
import { email } from './email.ts'
import { log } from './log.ts'
import { pagerduty } from './pagerduty.ts'
import { record } from './record.ts'
import { slack } from './slack.ts'
import { webhook } from './webhook.ts'

export * from './channel.ts'
export { createRecorder } from './record.ts'

/** Every channel there is; a new one is its file and a line here. */
export const channels = { pagerduty, slack, webhook, email, log, record } satisfies Record<
  string,
  ChannelFactory
>

type Schema = (typeof channels)[keyof typeof channels]['config']

const schemas = Object.values(channels).map((factory) => factory.config)

/** One channel as people configure it: `type` says which, `id` is what plans call it. */
export const channelConfig = z.discriminatedUnion('type', schemas as [Schema, ...Schema[]], {
  error: `one of ${Object.keys(channels).join(', ')}`,
})
export type ChannelConfig = z.output<typeof channelConfig>

/** Builds the channel a config describes. */
export function createChannel(config: ChannelConfig, context: ChannelContext): Channel {
  // The compiler cannot see that a config and the factory of its own `type` belong together.
  const factory: ChannelFactory = channels[config.type]
  return factory.create(config, context)
}

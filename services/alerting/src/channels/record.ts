import { z } from 'zod'
import type { Channel, ChannelContext, ChannelFactory, Notice } from './channel.ts'
import { channelId } from './config-fields.ts'

const config = z.strictObject({
  type: z.literal('record'),
  id: channelId,
})

/** Tells nobody: hands each notice to the process itself. For replays, backtests and the probe brand. */
export const record = {
  config,
  create(options, context: ChannelContext): Channel {
    return {
      id: options.id,
      type: options.type,
      async deliver(notice) {
        context.onRecord?.(options.id, notice)
        return { kind: 'delivered' }
      },
    }
  },
} satisfies ChannelFactory<typeof config>

/** An `onRecord` that keeps the latest `limit` notices, oldest first. */
export function createRecorder(limit: number): {
  onRecord(channel: string, notice: Notice): void
  notices: { channel: string; notice: Notice }[]
} {
  const notices: { channel: string; notice: Notice }[] = []
  return {
    notices,
    onRecord(channel, notice) {
      notices.push({ channel, notice })
      if (notices.length > limit) notices.shift()
    },
  }
}

import { z } from 'zod'
import { renderPage } from '../page/page.ts'
import type { Channel, ChannelContext, ChannelFactory } from './channel.ts'
import { channelId } from './config-fields.ts'
import { drawPage } from './log-box.ts'

const config = z.strictObject({
  type: z.literal('log'),
  id: channelId,
})

/** Writes the page as a box of text to the terminal the process was given. */
export const log = {
  config,
  create(options, context: ChannelContext): Channel {
    return {
      id: options.id,
      type: options.type,
      async deliver(notice) {
        const { terminal } = context
        terminal.write(`\n${drawPage(renderPage(notice), terminal).join('\n')}\n\n`)
        return { kind: 'delivered' }
      },
    }
  },
} satisfies ChannelFactory<typeof config>

import { checkConfig } from '@nabiz/shared/config'
import { createOutgoing } from '@nabiz/shared/http'
import { type Channel, type ChannelContext, channelConfig, createChannel } from '../../src/channels/index.ts'

/** A channel built as the program builds it: config checked, secrets from an environment, HTTP to this machine alone. */
export function aChannel(
  config: Record<string, unknown>,
  environment: Record<string, string> = {},
  context: Partial<ChannelContext> = {},
): Channel {
  return createChannel(checkConfig(channelConfig, { id: 'oncall', ...config }, 'test', environment), {
    outgoing: createOutgoing({ allowHosts: ['127.0.0.1'] }),
    now: () => Date.now(),
    terminal: { write: () => undefined, colours: false },
    ...context,
  })
}

/** A signal that never aborts. */
export const patience = new AbortController().signal

import { type Channel, type ChannelConfig, type ChannelContext, createChannel } from './channels/index.ts'
import { probeChannel } from './escalation/plan-of.ts'

/** Every channel of this service by id: the configured, those of the caller, and the probe's recording channel. */
export function createChannelSet(
  configured: readonly ChannelConfig[],
  extra: readonly Channel[],
  context: ChannelContext,
): ReadonlyMap<string, Channel> {
  const channels = [
    ...configured.map((config) => createChannel(config, context)),
    ...extra,
    createChannel({ type: 'record', id: probeChannel }, context),
  ]
  return new Map(channels.map((channel) => [channel.id, channel]))
}

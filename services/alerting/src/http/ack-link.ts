import type { Secret } from '@nabiz/shared/config'
import { hour } from '@nabiz/shared/time'
import type { Delivery, Incident } from '../incidents/incident.ts'
import { signAckToken } from './ack-token.ts'

export interface AckLinkOptions {
  publicUrl?: string | undefined
  ackSecret?: Secret | undefined
  /** How long a link works, hours. */
  ackHours: number
}

/**
 * Where a notice's button leads: one incident, one channel, one action. Undefined when nothing is left to acknowledge or
 * the config has no address or secret for it. A repeat of the notice holds the same link.
 */
export function createAckLink(
  options: AckLinkOptions,
): (incident: Incident, delivery: Delivery) => string | undefined {
  const { publicUrl, ackSecret, ackHours } = options
  return (incident, delivery) => {
    if (publicUrl === undefined || !ackSecret || incident.probe || incident.state !== 'open') return undefined
    if (delivery.kind === 'resolved' || delivery.kind === 'missed') return undefined
    const token = signAckToken(ackSecret, {
      incident: incident.id,
      brand: incident.brand,
      person: `channel ${delivery.channel}`,
      action: 'acknowledge',
      expiresAt: Math.round(delivery.queuedAt + ackHours * hour),
    })
    return `${publicUrl.replace(/\/+$/, '')}/incidents/${incident.id}/ack?token=${token}`
  }
}

import type { SignalName, ThresholdsConfig, Transition } from '@nabiz/shared/contracts'
import { hour } from '@nabiz/shared/time'

/** An incident as alerting would have made it of transitions; times in ms, UTC. */
export interface FoundIncident {
  brand: string
  openedAt: number
  /** Undefined: not over at the end. */
  resolvedAt: number | undefined
  /** In the order in which they joined. */
  signals: SignalName[]
  /** At the opening, and at its greatest. */
  severity: number
  peakSeverity: number
  /** When people were paged: at the opening, and at each re-opening that was louder than what they knew. */
  pagedAt: number[]
  /** Version of the thresholds. */
  config: string
}

interface Growing extends FoundIncident {
  toldSeverity: number
  episodes: Map<string, { isFiring: boolean }>
}

/**
 * The incidents of one brand, by the rules of services/alerting: signals join what is open, and what ended within the join
 * time; a re-opening pages only when it is louder by the escalate factor. People's acts are not in it.
 */
export function groupIncidents(
  transitions: readonly Transition[],
  { joinHours, escalateFactor }: Pick<ThresholdsConfig, 'joinHours' | 'escalateFactor'>,
): FoundIncident[] {
  const found: Growing[] = []
  for (const told of transitions) {
    const known = found.find(({ episodes }) => episodes.has(told.episode))
    if (told.transition === 'recovered') {
      if (known !== undefined) recover(known, told)
      continue
    }
    const target = known ?? toJoin(found, told, joinHours * hour)
    if (target === undefined) found.push(opened(told))
    else grow(target, told, escalateFactor)
  }
  return found.map(({ toldSeverity: _told, episodes: _episodes, ...incident }) => incident)
}

function opened(told: Transition): Growing {
  return {
    brand: told.brand,
    openedAt: told.at,
    resolvedAt: undefined,
    signals: [told.signal],
    severity: told.severity,
    peakSeverity: Math.max(told.severity, told.peakSeverity),
    pagedAt: [told.at],
    config: told.config,
    toldSeverity: told.severity,
    episodes: new Map([[told.episode, { isFiring: true }]]),
  }
}

function toJoin(found: readonly Growing[], told: Transition, joinMs: number): Growing | undefined {
  const latestFirst = [...found].reverse()
  return (
    latestFirst.find(({ resolvedAt }) => resolvedAt === undefined) ??
    latestFirst.find(({ episodes }) => told.joins !== undefined && episodes.has(told.joins)) ??
    latestFirst.find(({ resolvedAt }) => resolvedAt !== undefined && told.at - resolvedAt < joinMs)
  )
}

function grow(incident: Growing, told: Transition, escalateFactor: number): void {
  const isLouder = told.severity >= escalateFactor * incident.toldSeverity
  const wasResolved = incident.resolvedAt !== undefined
  if (wasResolved && incident.episodes.has(told.episode) && !isLouder) return
  incident.episodes.set(told.episode, { isFiring: true })
  if (!incident.signals.includes(told.signal)) incident.signals.push(told.signal)
  incident.peakSeverity = Math.max(incident.peakSeverity, told.severity, told.peakSeverity)
  if (wasResolved) {
    incident.resolvedAt = undefined
    if (!isLouder) return
    incident.pagedAt.push(told.at)
    incident.toldSeverity = told.severity
    return
  }
  const isTold = told.transition === 'escalated' ? told.severity > incident.toldSeverity : isLouder
  if (isTold) incident.toldSeverity = told.severity
}

function recover(incident: Growing, told: Transition): void {
  const episode = incident.episodes.get(told.episode)
  if (!episode?.isFiring) return
  episode.isFiring = false
  incident.peakSeverity = Math.max(incident.peakSeverity, told.peakSeverity)
  if ([...incident.episodes.values()].every(({ isFiring }) => !isFiring)) incident.resolvedAt = told.at
}

import type { Transition } from '@nabiz/shared/contracts'
import type { ApplyContext, DropReason } from './context.ts'
import type { Draft } from './draft.ts'
import { incidentId } from './identify.ts'
import type { Incident } from './incident.ts'
import { channelsTold, page, queue } from './tell.ts'

/** Applies one signal's change of state; returns why it changed nothing, or undefined. `offset`: its place in the log. */
export function applyTransition(
  draft: Draft,
  transition: Transition,
  offset: number,
  context: ApplyContext,
): DropReason | undefined {
  const known = draft
    .incidentsOf(transition.brand)
    .find((incident) => incident.episodes.some((entry) => entry.episode === transition.episode))
  if (transition.transition === 'recovered') {
    return known ? recover(draft, draft.edit(known), transition, context) : 'unknown_episode'
  }
  if (known) return grow(draft, draft.edit(known), transition, context)
  // An escalation whose opening was never seen opens the incident: a page too many is better than none.
  const target = incidentToJoin(draft, transition, context)
  if (target) return grow(draft, draft.edit(target), transition, context)
  const incident = draft.add(newIncident(transition, offset < draft.historyEnd, context))
  draft.record(incident, 'opened', transition.at, 'nabiz', late(transition))
  page(draft, incident, transition.at, context)
  return undefined
}

function incidentToJoin(draft: Draft, transition: Transition, context: ApplyContext): Incident | undefined {
  const isDrill = transition.drill === true
  const candidates = draft
    .incidentsOf(transition.brand)
    .filter((incident) => incident.drill === isDrill)
    .sort((a, b) => b.openedAt - a.openedAt)
  if (isProbe(transition, context)) {
    // Each hourly probe must page by itself, so one that never recovered gives way.
    for (const old of candidates)
      if (old.state !== 'resolved') resolve(draft, draft.edit(old), transition.at, 'nabiz', context)
    return undefined
  }
  const open = candidates.find((incident) => incident.state !== 'resolved')
  if (open) return open
  const named = candidates.find((incident) =>
    incident.episodes.some((episode) => episode.episode === transition.joins),
  )
  if (named) return named
  const { joinMs } = context.settings(transition.brand)
  return candidates.find(
    (incident) => incident.resolvedAt !== undefined && transition.at - incident.resolvedAt < joinMs,
  )
}

/** An opening or escalation that belongs to an incident already known. */
function grow(
  draft: Draft,
  incident: Incident,
  transition: Transition,
  context: ApplyContext,
): DropReason | undefined {
  const { escalateFactor } = context.settings(incident.brand)
  const wasResolved = incident.state === 'resolved'
  const isNewEpisode = !incident.episodes.some((entry) => entry.episode === transition.episode)
  const louder = transition.severity >= escalateFactor * incident.toldSeverity
  if (wasResolved && !isNewEpisode && !louder) return 'already_so'
  takeIn(incident, transition, context.now)
  if (wasResolved) {
    incident.state = 'open'
    incident.openings++
    delete incident.resolvedAt
    delete incident.acknowledgedBy
    // A re-opening is told only when it is worse than what people know of.
    const wasTold = incident.told
    incident.told = wasTold && !louder
    draft.record(incident, 'joined', transition.at, 'nabiz', late(transition))
    if (!incident.told) page(draft, incident, transition.at, context)
    return undefined
  }
  const escalated = transition.transition === 'escalated'
  draft.record(incident, isNewEpisode ? 'joined' : 'escalated', transition.at, 'nabiz', late(transition))
  if (!incident.told) return undefined
  if (louder && incident.state === 'open' && !incident.ladder) {
    // Re-opened without a page, or nobody answered the whole plan: now it is worse, so people are called again.
    page(draft, incident, transition.at, context)
    return undefined
  }
  if (escalated ? transition.severity > incident.toldSeverity : louder)
    update(draft, incident, transition, context)
  return undefined
}

function update(draft: Draft, incident: Incident, transition: Transition, context: ApplyContext): void {
  if (draft.brand(incident.brand).silencedUntil > context.now) return
  incident.toldSeverity = transition.severity
  const step = incident.ladder?.step ?? 0
  const sequence = draft.record(incident, 'notified', context.now, 'nabiz', { step })
  queue(incident, 'update', channelsTold(incident), sequence, step, transition.at, context)
}

function recover(
  draft: Draft,
  incident: Incident,
  transition: Transition,
  context: ApplyContext,
): DropReason | undefined {
  const episode = incident.episodes.find((entry) => entry.episode === transition.episode)
  if (!episode?.firing) return 'already_so'
  episode.firing = false
  episode.severity = transition.severity
  incident.peakSeverity = Math.max(incident.peakSeverity, transition.peakSeverity)
  incident.breaches.push(transition.id)
  incident.touchedAt = context.now
  incident.severity = Math.max(0, ...incident.episodes.filter((e) => e.firing).map((e) => e.severity))
  if (incident.episodes.some((entry) => entry.firing)) return undefined
  resolve(draft, incident, transition.at, 'nabiz', context)
  return undefined
}

/** Ends an incident and tells whoever was told of it. `at`: event time, ms. */
export function resolve(
  draft: Draft,
  incident: Incident,
  at: number,
  by: string,
  context: ApplyContext,
  detail?: string,
): void {
  incident.state = 'resolved'
  incident.resolvedAt = at
  incident.touchedAt = context.now
  incident.severity = 0
  for (const episode of incident.episodes) episode.firing = false
  delete incident.ladder
  delete incident.exhausted
  delete incident.endsAt
  cancelEscalations(incident, context.now)
  const sequence = draft.record(incident, 'resolved', at, by, detail === undefined ? {} : { detail })
  const lastTelling = incident.deliveries.findLast((delivery) => delivery.status !== 'cancelled')
  const wasTold = incident.told
  // Over and untold while people could be told: a silence kept it from them, and no later start may call it missed.
  if (!context.catchingUp) incident.told = true
  // A re-opening nobody was told of needs no ending either.
  if (!wasTold || lastTelling === undefined || lastTelling.kind === 'resolved') return
  queue(incident, 'resolved', channelsTold(incident), sequence, lastTelling.step, at, context)
}

/** Escalations nobody tried to send yet are not sent any more. */
export function cancelEscalations(incident: Incident, now: number): void {
  for (const delivery of incident.deliveries) {
    if (delivery.kind !== 'escalation' || delivery.status !== 'pending') continue
    delivery.status = 'cancelled'
    delivery.finishedAt = now
  }
}

function takeIn(incident: Incident, transition: Transition, now: number): void {
  const entry = incident.episodes.find((episode) => episode.episode === transition.episode)
  if (entry) {
    entry.firing = true
    entry.severity = transition.severity
  } else {
    const { episode, signal, scope, severity } = transition
    incident.episodes.push({ episode, signal, scope, firing: true, severity })
  }
  incident.breaches.push(transition.id)
  incident.touchedAt = now
  incident.severity = Math.max(...incident.episodes.filter((e) => e.firing).map((e) => e.severity))
  incident.peakSeverity = Math.max(incident.peakSeverity, transition.severity, transition.peakSeverity)
  const leading = incident.transitions[incident.leading]
  if (!leading || transition.severity >= leading.severity || transition.episode === leading.episode) {
    incident.leading = transition.id
    incident.transitions[transition.id] = transition
  }
}

function newIncident(transition: Transition, history: boolean, context: ApplyContext): Incident {
  const settings = context.settings(transition.brand)
  const incident: Incident = {
    id: incidentId(transition.brand, transition.id),
    brand: transition.brand,
    state: 'open',
    openedAt: transition.at,
    touchedAt: context.now,
    sequence: 0,
    episodes: [],
    severity: transition.severity,
    peakSeverity: transition.severity,
    toldSeverity: 0,
    told: false,
    openings: 0,
    breaches: [],
    leading: transition.id,
    transitions: {},
    deliveries: [],
    history,
    simulated: transition.simulated === true || settings.simulated,
    drill: transition.drill === true,
    probe: isProbe(transition, context),
  }
  takeIn(incident, transition, context.now)
  return incident
}

function isProbe(transition: Transition, context: ApplyContext): boolean {
  return transition.probe === true || context.settings(transition.brand).probe
}

function late(transition: Transition): { detail?: string } {
  return transition.late === true ? { detail: 'found in mentions that came late' } : {}
}

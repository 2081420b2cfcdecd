import type { Act, Transition } from '@nabiz/shared/contracts'
import { hour } from '@nabiz/shared/time'
import { cancelEscalations, resolve } from './apply-transition.ts'
import type { ApplyContext, DropReason } from './context.ts'
import type { Draft } from './draft.ts'
import { incidentId } from './identify.ts'
import type { Incident } from './incident.ts'
import { page } from './tell.ts'

/** A drill nobody ends is over after this time, ms. */
export const drillMs = hour

/** Applies what a person did; returns why it changed nothing, or undefined. */
export function applyAct(draft: Draft, act: Act, context: ApplyContext): DropReason | undefined {
  switch (act.act) {
    case 'acknowledge':
      return acknowledge(draft, act, context)
    case 'resolve': {
      const incident = target(draft, act)
      if (!incident) return 'unknown_incident'
      if (incident.state === 'resolved') return 'already_so'
      resolve(draft, draft.edit(incident), act.at, act.by, context, act.note)
      return undefined
    }
    case 'silence':
      return silence(draft, act, context)
    case 'mark':
      return mark(draft, act, context)
    case 'drill':
      return drill(draft, act, context)
  }
}

/** Notes what a person says an incident was; the last word counts. */
function mark(draft: Draft, act: Act, context: ApplyContext): DropReason | undefined {
  const found = target(draft, act)
  if (!found) return 'unknown_incident'
  const incident = draft.edit(found)
  incident.mark = {
    ...(act.mark === undefined ? {} : { kind: act.mark }),
    ...(act.duplicateOf === undefined ? {} : { duplicateOf: act.duplicateOf }),
    by: act.by,
    at: act.at,
    ...(act.note === undefined ? {} : { note: act.note }),
  }
  incident.touchedAt = context.now
  if (act.mark !== undefined)
    draft.record(incident, 'marked', act.at, act.by, act.note === undefined ? {} : { detail: act.note })
  return undefined
}

function acknowledge(draft: Draft, act: Act, context: ApplyContext): DropReason | undefined {
  const found = target(draft, act)
  if (!found) return 'unknown_incident'
  if (found.state !== 'open') return 'already_so'
  const incident = draft.edit(found)
  incident.state = 'acknowledged'
  incident.acknowledgedBy = act.by
  incident.told = true
  incident.touchedAt = context.now
  delete incident.ladder
  delete incident.exhausted
  cancelEscalations(incident, context.now)
  draft.record(incident, 'acknowledged', act.at, act.by, act.note === undefined ? {} : { detail: act.note })
  return undefined
}

/** Until `act.until` nothing of the brand pages; an incident still open then pages at that time. */
function silence(draft: Draft, act: Act, context: ApplyContext): DropReason | undefined {
  const until = act.until ?? 0
  const memory = draft.brand(act.brand)
  if (until <= context.now && memory.silencedUntil <= context.now) return 'no_effect'
  const edited = draft.editBrand(act.brand)
  edited.silencedUntil = until
  edited.silencedBy = act.by
  for (const found of draft.incidentsOf(act.brand)) {
    if (found.state !== 'open' || found.probe || found.drill) continue
    const incident = draft.edit(found)
    cancelEscalations(incident, context.now)
    draft.record(incident, 'silenced', act.at, act.by, act.note === undefined ? {} : { detail: act.note })
  }
  return undefined
}

function drill(draft: Draft, act: Act, context: ApplyContext): DropReason | undefined {
  const running = draft.incidentsOf(act.brand).find((entry) => entry.drill && entry.state !== 'resolved')
  if (running) return 'already_so'
  const transition = drillTransition(act)
  const incident = draft.add({
    id: incidentId(act.brand, act.id),
    brand: act.brand,
    state: 'open',
    openedAt: act.at,
    touchedAt: context.now,
    sequence: 0,
    episodes: [
      {
        episode: act.id,
        signal: transition.signal,
        scope: transition.scope,
        firing: true,
        severity: transition.severity,
      },
    ],
    severity: transition.severity,
    peakSeverity: transition.severity,
    toldSeverity: 0,
    told: false,
    openings: 0,
    breaches: [act.id],
    leading: act.id,
    transitions: { [act.id]: transition },
    deliveries: [],
    endsAt: context.now + drillMs,
    history: false,
    simulated: context.settings(act.brand).simulated,
    drill: true,
    probe: false,
  })
  draft.record(incident, 'opened', act.at, act.by)
  page(draft, incident, act.at, context)
  return undefined
}

/** What a drill shows in place of a breach: severity 1.0 and no figures, since nothing was measured. */
function drillTransition(act: Act): Transition {
  return {
    v: 1,
    type: 'transition',
    id: act.id,
    episode: act.id,
    brand: act.brand,
    scope: 'all',
    signal: 'volume',
    transition: 'opened',
    at: act.at,
    since: act.at,
    severity: 1,
    peakSeverity: 1,
    window: { minutes: 60, value: 0, expected: 0, sigma: 0, z: 0, severity: 1 },
    config: 'drill',
    engine: 'drill',
    drill: true,
    evidence: {
      buckets: [],
      windows: [],
      terms: [],
      platforms: [],
      languages: [],
      authors: { distinct: 0, mentions: 0, topShare: 0 },
      samples: [],
      coverage: [],
      confidence: 'low',
    },
  }
}

/** The incident an act names, or the brand's latest real one that is not over. */
function target(draft: Draft, act: Act): Incident | undefined {
  if (act.incident !== undefined) {
    const named = draft.incident(act.incident)
    return named?.brand === act.brand ? named : undefined
  }
  return draft
    .incidentsOf(act.brand)
    .filter((incident) => incident.state !== 'resolved' && !incident.drill)
    .sort((a, b) => b.openedAt - a.openedAt)[0]
}

import { readSample } from '@nabiz/shared/samples'
import type { Store } from '@nabiz/shared/store'
import type { Notice, Sample } from '../channels/channel.ts'
import type { BrandSettings } from '../incidents/context.ts'
import type { Delivery, Incident } from '../incidents/incident.ts'

export interface NoticeParts {
  incident: Incident
  delivery: Delivery
  settings: BrandSettings
  ackUrl?: string
  maybeRepeat: boolean
  store: Store
  /** Told when sample texts could not be read; the page goes out without them. */
  onSampleError(err: unknown): void
}

/** What a channel is told, with the texts its samples have at this moment: one removed meanwhile is not shown. */
export async function buildNotice(parts: NoticeParts): Promise<Notice> {
  const { incident, delivery, settings } = parts
  const leading = incident.transitions[delivery.leading] ?? incident.transitions[incident.leading]
  if (!leading) throw new Error(`incident ${incident.id} has no transition ${delivery.leading}`)
  const { id, name, language, timeZone, runbook } = settings
  return {
    kind: delivery.kind,
    incident: incident.id,
    brand: { id, name, language, timeZone, ...(runbook === undefined ? {} : { runbook }) },
    openedAt: incident.openedAt,
    at: delivery.at,
    severity: delivery.severity,
    peakSeverity: delivery.peakSeverity,
    signals: delivery.signals,
    leading,
    samples: await samplesOf(parts, leading.evidence.samples),
    ...(parts.ackUrl === undefined ? {} : { ackUrl: parts.ackUrl }),
    maybeRepeat: parts.maybeRepeat,
    simulated: incident.simulated,
    drill: incident.drill,
    probe: incident.probe,
    sequence: delivery.sequence,
  }
}

interface SampleReference {
  platform: string
  id: string
  permalink?: string | undefined
  private: boolean
}

function samplesOf(parts: NoticeParts, references: readonly SampleReference[]): Promise<Sample[]> {
  return Promise.all(
    references.map(async (reference) => {
      const { platform, private: isPrivate } = reference
      if (isPrivate) return { platform, text: undefined, private: true }
      const stored = await readSample(parts.store, platform, reference.id).catch((err: unknown) => {
        parts.onSampleError(err)
        return undefined
      })
      const permalink = stored?.permalink ?? reference.permalink
      return {
        platform,
        text: stored?.text,
        private: false,
        ...(permalink === undefined ? {} : { permalink }),
      }
    }),
  )
}

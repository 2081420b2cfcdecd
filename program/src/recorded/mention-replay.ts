import { createEngine, createReadText, type EngineInput, type ModelShelf, namesIn } from '@nabiz/scoring'
import {
  type ConfigCopy,
  type Mention,
  type MentionsRecord,
  modelConfig,
  sentimentModelId,
  type Transition,
} from '@nabiz/shared/contracts'
import { ConfigError } from '@nabiz/shared/errors'
import { hour } from '@nabiz/shared/time'
import { buildId } from '../build-id.ts'
import type { FoundIncident } from './group-incidents.ts'
import { groupIncidents } from './group-incidents.ts'
import type { HourlyMentions } from './incidents-report.ts'
import type { Judged } from './replay-series.ts'

/** Id under which the engine is given the thresholds to judge by. */
const thresholdsId = 'backtest'

/** Where a record stands: its offset and the log's time of it, ms. */
export interface Place {
  offset: number
  timestamp: number
}

/** Whose word on a text is taken, and by what the counts are judged. */
export interface MentionReplayOptions {
  judgedBy(brand: string): Judged
  models: ModelShelf
  /** Id of the engine that judges until a record of the log names another. */
  engine: string
}

/** What an engine that takes its time said of a mention. */
export type Verdict = ReturnType<ModelShelf['score']>

/** One partition's mentions through the engine that runs live, text and all, judged by given thresholds. */
export interface MentionReplay {
  /**
   * Takes a record in the order of the log; what the log says of thresholds is passed over. `verdict`: on a mention whose
   * engine takes its time. ConfigError for a record that puts an engine in force which is not at hand.
   */
  take(record: MentionsRecord, place: Place, verdict?: Verdict): void
  /** Id of the engine that judges a brand's mentions now. */
  engineOf(brand: string): string
  /** Watches a brand that no record of config names. */
  watch(brand: string): void
  /** What came of it, by brand, and how many mentions were written when. */
  finish(): { incidents: FoundIncident[]; hours: HourlyMentions[] }
}

export function createMentionReplay({
  judgedBy,
  models,
  engine: firstEngine,
}: MentionReplayOptions): MentionReplay {
  checkAtHand(firstEngine, models)
  const engine = createEngine({
    confusion: (language, id) => models.confusion(language, id),
    engineId: firstEngine,
    build: buildId(),
  })
  const state = engine.create()
  const readText = createReadText(models)
  const transitions = new Map<string, Transition[]>()
  const hours = new Map<string, Map<number, number>>()
  let configs = 0

  function apply(input: EngineInput) {
    return engine.apply(state, input, ({ topic, brand, value }) => {
      if (topic !== 'breaches' || value.probe === true) return
      const known = transitions.get(brand) ?? []
      transitions.set(brand, known)
      known.push(value)
    })
  }

  function configure(
    kind: 'brand' | 'thresholds',
    id: string,
    brand: string,
    version: string,
    content: object,
  ): void {
    configs += 1
    const copy: ConfigCopy = {
      v: 1,
      type: 'config',
      kind,
      id,
      brand,
      version,
      configOffset: configs,
      active: true,
      content: { ...content },
    }
    apply({ kind: 'config', offset: 0, timestamp: 0, copy })
  }

  function watch(brand: string, content: object): void {
    const { thresholds, version, zoneOffsets } = judgedBy(brand)
    configure('thresholds', thresholdsId, brand, version, { ...thresholds, id: thresholdsId })
    const { shadow: _shadow, ...known } = { shadow: undefined, ...content }
    configure('brand', brand, brand, 'backtest', {
      id: brand,
      name: brand,
      zoneOffsets,
      ...known,
      thresholds: thresholdsId,
    })
  }

  function takeConfig(copy: ConfigCopy, place: Place): void {
    const model = copy.kind === 'model' && copy.id === sentimentModelId && copy.active
    const named = model ? modelConfig.safeParse(copy.content) : undefined
    if (named?.success) checkAtHand(named.data.engine, models)
    if (copy.kind === 'brand' && copy.active) watch(copy.brand, copy.content)
    else if (copy.kind !== 'thresholds') {
      configs += 1
      apply({ kind: 'config', ...place, copy: { ...copy, configOffset: configs } })
    }
  }

  function takeMention(mention: Mention, place: Place, verdict: Verdict | undefined): void {
    const reading = readText(mention.text, {
      languageHint: mention.language,
      brand: namesIn(state, mention.brand),
      engine: engine.modelOf(state, mention.brand),
      verdict,
    })
    const scored = { mention, offset: place.offset, ...reading }
    if (apply({ kind: 'mention', ...place, scored }).kind !== 'counted') return
    const ofBrand = hours.get(mention.brand) ?? new Map<number, number>()
    hours.set(mention.brand, ofBrand)
    const start = Math.floor(mention.createdAt / hour) * hour
    ofBrand.set(start, (ofBrand.get(start) ?? 0) + 1)
  }

  return {
    engineOf: (brand) => engine.modelOf(state, brand),
    take(record, place, verdict) {
      if (record.type === 'mention') takeMention(record, place, verdict)
      else if (record.type === 'config') takeConfig(record, place)
      else if (record.type === 'heartbeat') apply({ kind: 'heartbeat', ...place, heartbeat: record })
      else if (record.type === 'metric') apply({ kind: 'metric', ...place, metric: record })
      else if (record.type === 'mark') apply({ kind: 'mark', ...place, mark: record })
    },
    watch: (brand) => watch(brand, {}),
    finish() {
      const found = [...transitions].flatMap(([brand, told]) =>
        groupIncidents(told, judgedBy(brand).thresholds),
      )
      return {
        incidents: found.sort((a, b) => a.openedAt - b.openedAt),
        hours: [...hours].map(([brand, sums]) => ({
          brand,
          points: [...sums].sort((a, b) => a[0] - b[0]).map(([at, value]) => ({ at: at + hour, value })),
        })),
      }
    },
  }
}

function checkAtHand(engine: string, models: ModelShelf): void {
  if (models.has(engine)) return
  const expected = `the build and config that have it (--log-of); this one has ${models.ids().join(', ')}`
  throw new ConfigError('the log', [{ path: 'its sentiment engine', found: engine, expected }])
}

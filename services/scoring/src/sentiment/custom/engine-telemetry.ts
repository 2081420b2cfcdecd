import { messageOf } from '@nabiz/shared/errors'
import type { Logger } from '@nabiz/shared/logging'
import { counter, gauge, histogram, type Registry } from '@nabiz/shared/metrics'
import type { JudgeTextsTelemetry } from '../../judgements/judge-texts.ts'

/** What is told of an engine of somebody's own. */
export interface CustomEngineTelemetry extends JudgeTextsTelemetry {
  /** One request or pass and how long it took. */
  asked(outcome: 'ok' | 'timeout' | 'refused' | 'failed' | 'open_circuit', seconds: number): void
  /** The server is left alone, or tried again. */
  circuit(isOpen: boolean): void
}

/** What an engine of somebody's own is for: a part of the names of its metrics. */
export type EngineRole = 'sentiment' | 'second_opinion'

/** Metrics `nabiz_scoring_sentiment_*`, or of the second opinion; a change of state is logged, no text ever. */
export function createEngineTelemetry(
  registry: Registry,
  logger: Logger,
  role: EngineRole = 'sentiment',
): CustomEngineTelemetry {
  const which = role === 'sentiment' ? 'sentiment engine of your own' : 'engine of the second opinion'
  const requests = counter(registry, `nabiz_scoring_${role}_requests_total`, `Requests to the ${which}`, [
    'outcome',
  ])
  const seconds = histogram(
    registry,
    `nabiz_scoring_${role}_request_duration_seconds`,
    `Time of a request to the ${which}, retries included`,
  )
  const texts = counter(registry, `nabiz_scoring_${role}_texts_total`, 'Texts judged, by what judged them', [
    'source',
  ])
  const open = gauge(
    registry,
    `nabiz_scoring_${role}_circuit_open`,
    `1 while the ${which} is left alone after failures`,
  )
  let isAway = false
  return {
    asked(outcome, took) {
      requests.inc({ outcome })
      seconds.observe(took)
    },
    circuit: (isOpen) => open.set(isOpen ? 1 : 0),
    judged: (source, count) => texts.inc({ source }, count),
    engineAway(err) {
      if (err === undefined && isAway) logger.info({ role }, 'sentiment engine judges again')
      if (err !== undefined && !isAway)
        logger.error({ role, reason: messageOf(err) }, 'sentiment engine of your own cannot judge')
      isAway = err !== undefined
    },
  }
}

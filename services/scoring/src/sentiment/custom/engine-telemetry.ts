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

/** Metrics `nabiz_scoring_sentiment_*`; a change of state is logged, no text ever. */
export function createEngineTelemetry(registry: Registry, logger: Logger): CustomEngineTelemetry {
  const requests = counter(
    registry,
    'nabiz_scoring_sentiment_requests_total',
    'Requests to the sentiment engine of your own',
    ['outcome'],
  )
  const seconds = histogram(
    registry,
    'nabiz_scoring_sentiment_request_duration_seconds',
    'Time of a request to the sentiment engine of your own, retries included',
  )
  const texts = counter(
    registry,
    'nabiz_scoring_sentiment_texts_total',
    'Texts judged, by what judged them',
    ['source'],
  )
  const open = gauge(
    registry,
    'nabiz_scoring_sentiment_circuit_open',
    '1 while the sentiment engine of your own is left alone after failures',
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
      if (err === undefined && isAway) logger.info('sentiment engine judges again')
      if (err !== undefined && !isAway)
        logger.error({ reason: messageOf(err) }, 'sentiment engine of your own cannot judge')
      isAway = err !== undefined
    },
  }
}

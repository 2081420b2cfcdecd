import type { ConfusionMatrix, SentimentResult } from './sentiment-engine.ts'

/** A text to be judged, with the platform's word on its language. */
export interface TextToJudge {
  text: string
  languageHint: string | undefined
}

/**
 * The port for engines that take their time: a server, a large model. Asked twice they may say two things, so who counts
 * by their word keeps it (see `judgements/`).
 */
export interface SlowEngine {
  /** Name and hash of what decides its figures; a change of figures is a change of id. */
  readonly id: string
  /**
   * Judges texts; results come in the order given, all of them or none. Rejects with DependencyError: `retryable` where
   * the same call may succeed later.
   */
  judge(texts: readonly TextToJudge[], signal: AbortSignal): Promise<readonly SentimentResult[]>
  /** Measured errors for a language, or undefined where nothing was measured. */
  confusion(language: string): ConfusionMatrix | undefined
  close(): Promise<void>
}

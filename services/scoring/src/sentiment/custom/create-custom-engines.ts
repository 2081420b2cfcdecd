import type { Outgoing } from '@nabiz/shared/http'
import type { Logger } from '@nabiz/shared/logging'
import type { Registry } from '@nabiz/shared/metrics'
import { second } from '@nabiz/shared/time'
import { createJudgeTexts, type JudgeTexts } from '../../judgements/judge-texts.ts'
import type { SecondOpinionEngine } from '../../second-opinion/ask-opinion.ts'
import { createLanguageIdentifier } from '../../text/language.ts'
import { sharedTokenizer } from '../../text/tokenize.ts'
import type { SentimentEngine } from '../sentiment-engine.ts'
import type { SlowEngine } from '../slow-engine.ts'
import type { CustomEngineName, SentimentConfig } from './config.ts'
import { type CustomEngineTelemetry, createEngineTelemetry } from './engine-telemetry.ts'
import { createHttpEngine } from './http-engine.ts'
import { createOnnxEngine } from './onnx-engine.ts'

/** An engine of somebody's own, and how mentions are judged by it. */
export interface CustomEngine {
  engine: SlowEngine
  /** Judges with memory; `builtIn` stands in while the engine is away, if the config says so. */
  judgeTexts(builtIn: SentimentEngine): JudgeTexts
}

export interface CustomEngineOptions {
  config: SentimentConfig
  outgoing: Pick<Outgoing, 'request'>
  registry: Registry
  logger: Logger
}

type FactoryOptions = Omit<CustomEngineOptions, 'config'> & { config: Pick<SentimentConfig, 'http' | 'onnx'> }

/** What makes each engine; the config takes its names from here. */
const factories = {
  http: async ({ config, outgoing }, telemetry) =>
    config.http &&
    createHttpEngine({ config: config.http, outgoing, telemetry, identifyLanguage: languageOf() }),
  onnx: async ({ config }, telemetry) =>
    config.onnx && createOnnxEngine({ config: config.onnx, telemetry, identifyLanguage: languageOf() }),
} satisfies Record<
  CustomEngineName,
  (options: FactoryOptions, telemetry: CustomEngineTelemetry) => Promise<SlowEngine | undefined>
>

/**
 * Makes the engine that the config names, if it is not the built-in one, and those it has at hand beside it. ConfigError
 * for files that are no model.
 */
export async function createCustomEngines(options: CustomEngineOptions): Promise<CustomEngine[]> {
  const { config } = options
  const telemetry = createEngineTelemetry(options.registry, options.logger)
  const engines: CustomEngine[] = []
  for (const entry of [config, ...config.alsoAtHand]) {
    if (entry.engine === 'built-in') continue
    const engine = await factories[entry.engine]({ ...options, config: entry }, telemetry)
    if (!engine) continue
    engines.push({
      engine,
      judgeTexts: (builtIn) =>
        createJudgeTexts({
          engine,
          fallback: config.whileAway === 'built-in' ? builtIn : undefined,
          rememberedTexts: config.rememberedTexts,
          telemetry,
        }),
    })
  }
  return engines
}

/** Makes the engine of the second opinion, where the config names one. ConfigError as above. */
export async function createSecondOpinionEngine(
  options: CustomEngineOptions,
): Promise<SecondOpinionEngine | undefined> {
  const { secondOpinion: config, rememberedTexts } = options.config
  if (!config) return undefined
  const telemetry = createEngineTelemetry(options.registry, options.logger, 'second_opinion')
  const engine = await factories[config.engine]({ ...options, config }, telemetry)
  return (
    engine && {
      engine,
      judgeTexts: createJudgeTexts({ engine, fallback: undefined, rememberedTexts, telemetry }),
      sampleSize: config.sampleSize,
      boundMs: config.timeoutSeconds * second,
    }
  )
}

function languageOf(): (text: string, hint: string | undefined) => string {
  const identify = createLanguageIdentifier()
  return (text, hint) => identify(sharedTokenizer(text), hint)
}

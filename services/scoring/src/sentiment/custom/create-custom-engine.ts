import type { Outgoing } from '@nabiz/shared/http'
import type { Logger } from '@nabiz/shared/logging'
import type { Registry } from '@nabiz/shared/metrics'
import { createJudgeTexts, type JudgeTexts } from '../../judgements/judge-texts.ts'
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

/** What makes each engine; the config takes its names from here. */
const factories = {
  http: async ({ config, outgoing }, telemetry) =>
    config.http &&
    createHttpEngine({ config: config.http, outgoing, telemetry, identifyLanguage: languageOf() }),
  onnx: async ({ config }, telemetry) =>
    config.onnx && createOnnxEngine({ config: config.onnx, telemetry, identifyLanguage: languageOf() }),
} satisfies Record<
  CustomEngineName,
  (options: CustomEngineOptions, telemetry: CustomEngineTelemetry) => Promise<SlowEngine | undefined>
>

/** Makes the engine that the config names; undefined: the built-in one. ConfigError for files that are no model. */
export async function createCustomEngine(options: CustomEngineOptions): Promise<CustomEngine | undefined> {
  const { config } = options
  if (config.engine === 'built-in') return undefined
  const telemetry = createEngineTelemetry(options.registry, options.logger)
  const engine = await factories[config.engine](options, telemetry)
  if (!engine) return undefined
  return {
    engine,
    judgeTexts: (builtIn) =>
      createJudgeTexts({
        engine,
        fallback: config.whileAway === 'built-in' ? builtIn : undefined,
        rememberedTexts: config.rememberedTexts,
        telemetry,
      }),
  }
}

function languageOf(): (text: string, hint: string | undefined) => string {
  const identify = createLanguageIdentifier()
  return (text, hint) => identify(sharedTokenizer(text), hint)
}

import {
  createBuiltInEngines,
  createCustomEngines,
  createModelShelf,
  type ModelShelf,
  type SentimentConfig,
} from '@nabiz/scoring'
import { createOutgoing } from '@nabiz/shared/http'
import { createSilentLogger } from '@nabiz/shared/logging'
import { createRegistry } from '@nabiz/shared/metrics'
import type { NabizConfig } from '../config/nabiz-config.ts'

/** What a config says of sentiment engines. */
export type ModelsConfig = Pick<NabizConfig, 'sentiment' | 'outgoing'>

export interface OpenModels {
  models: ModelShelf
  close(): Promise<void>
}

/**
 * The engines of this build and those of a config, for a command; undefined: no config. `whileAway` overrules the
 * config's word on who judges while an engine is away. ConfigError for files that are no model.
 */
export async function openModels(
  config: ModelsConfig | undefined,
  whileAway?: SentimentConfig['whileAway'],
): Promise<OpenModels> {
  const outgoing = createOutgoing({ allowHosts: config?.outgoing.allowHosts ?? [] })
  const custom = config
    ? await createCustomEngines({
        config: { ...config.sentiment, ...(whileAway === undefined ? {} : { whileAway }) },
        outgoing,
        registry: createRegistry(),
        logger: createSilentLogger(),
      })
    : []
  const models = createModelShelf({ builtIn: createBuiltInEngines(), custom })
  return {
    models,
    async close() {
      await models.close()
      await outgoing.close()
    },
  }
}
